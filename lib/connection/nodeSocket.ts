import { type ClientOptions, WebSocket } from 'ws';
import { HandshakeRejectedError } from '../errors/gatewayErrors.js';
import { isRecord, isToken } from '../options/check.js';
import { checkProvider } from './checkProvider.js';
import { verdictOnStatus } from './verdictOnStatus.js';
import type { SocketFactory, SocketLike } from './socketLike.js';

/** Characters or bytes of one turn that wait for its end. What is more leaves before: the other side reads while this one still writes. */
const mostCorked = 65_536;

/** Opens a socket of `ws`. What is sent in one turn leaves in one system call at the end of the turn, or in few if it is much. */
export const openSocket: SocketFactory = (url, protocols, { headers, socketOptions, closeTimeout }, hooks) => {
  const { allowSynchronousEvents = true } = socketOptions ?? {};
  const socket: WebSocket & Pick<SocketLike, 'listen' | 'atTurnEnd'> = new WebSocket(url, [...protocols], {
    closeTimeout,
    ...socketOptions,
    headers: { ...(socketOptions?.headers as object | undefined), ...headers },
  } as ClientOptions);
  socket.on('unexpected-response', (_request, response) => {
    const status = response.statusCode ?? 0;
    const verdict = verdictOnStatus(status, response.headers['retry-after']);
    hooks.rejected(verdict, (options) => new HandshakeRejectedError(status, options));
    socket.terminate();
  });
  /** Whether a frame of this read was told. */
  let told = false;
  socket.listen = (take) => {
    // With compression they come one by one, when each is inflated; and where that is asked for, each in a turn of its own.
    const atOnce = socket.extensions === '' && Boolean(allowSynchronousEvents);
    socket.on('message', (data, isBinary) => {
      const more = told;
      told = atOnce;
      take(isBinary ? data : (data as Buffer).toString(), more);
    });
  };
  let turnEnd: (() => void) | undefined;
  const endTurn = (): void => {
    const run = turnEnd;
    turnEnd = undefined;
    run?.();
  };
  /** How much waits for the end of the turn; below zero while nothing does. */
  let corked = -1;
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
  socket.on('ping', () => {
    hooks.alive(false);
  });
  socket.on('pong', () => {
    hooks.alive(true);
  });
  socket.on('upgrade', ({ socket: stream }) => {
    // Not now: a stream that is listened to flows, and what came with the answer to the upgrade would be gone before `ws` listens.
    socket.on('open', () => {
      // Before `ws` hears of it, and takes it apart.
      stream.prependListener('data', () => {
        told = false;
      });
    });
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
  return socket;
};

const areHeaders = (value: unknown): boolean =>
  isRecord(value) &&
  Object.entries(value).every(([name, text]) => isToken(name) && typeof text === 'string' && /^[\t -~\x80-\xff]*$/.test(text));

/** Returns the headers if the upgrade can carry them, or if a provider gives them; else throws an error that names the option. */
export const checkHeaders = /* @__PURE__ */ checkProvider('names to texts without control characters', areHeaders);
