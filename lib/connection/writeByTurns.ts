import type { WebSocket } from 'ws';
import type { SocketLike } from './socketLike.js';

/** Characters or bytes of one turn that wait for its end. What is more leaves before: the other side reads while this one still writes. */
const mostCorked = 65_536;

/** Lets what a socket of `ws` sends in one turn leave in one system call at the end of the turn, and tells its user when that is. */
export function writeByTurns(socket: WebSocket & Pick<SocketLike, 'atTurnEnd'>): void {
  /** How much waits for the end of the turn; below zero while nothing does. */
  let corked = -1;
  let turnEnd: (() => void) | undefined;
  const endTurn = (): void => {
    const run = turnEnd;
    turnEnd = undefined;
    run?.();
  };
  socket.atTurnEnd = (run) => {
    turnEnd = run;
    // What was sent before has asked for that end already.
    if (corked < 0) process.nextTick(endTurn);
  };
  const close = socket.close.bind(socket);
  // `ws` closes as well: it answers a close frame in the turn in which it came, and what is sent in that turn is to go before.
  socket.close = (code, reason) => {
    endTurn();
    close(code, reason);
  };
  socket.on('upgrade', ({ socket: stream }) => {
    const send = socket.send.bind(socket) as (data: string | Uint8Array) => void;
    const flush = (): void => {
      endTurn();
      corked = -1;
      stream.uncork();
    };
    socket.send = (data: string | Uint8Array) => {
      if (corked < 0) {
        corked = 0;
        stream.cork();
        process.nextTick(flush);
      }
      send(data);
      corked += data.length;
      if (corked < mostCorked) return;
      corked = 0;
      stream.uncork();
      stream.cork();
    };
  });
}
