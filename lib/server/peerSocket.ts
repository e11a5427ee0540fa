import type { Socket } from 'node:net';
import { type Subscription, timer } from 'rxjs';
import { WebSocket } from 'ws';
import type { SessionSocket } from '../connection/sessionLink.js';
import type { Frame } from '../protocols/protocol.js';
import { isText, wireOf } from './prepareFrame.js';

/** What became of a peer's socket. */
export interface PeerSocketHandlers {
  frame(frame: Frame): void;
  /** A ping or pong of the WebSocket protocol came in. */
  alive(pong: boolean): void;
  /** The last word. `cause` is what was wrong with the socket, if anything was. */
  closed(code: number, reason: string, cause: unknown): void;
  /** It held more than `maxBuffered` and was dropped: the last word as well. */
  overflowed(): void;
}

/** A peer's socket, with the codes that only a server's owner may close with. */
export interface PeerSocket extends SessionSocket {
  /** Closes with any code, and tells nothing more. */
  abandon(code: number): void;
}

/**
 * A socket of `ws` that was just accepted, as a session needs it. What is written in one turn leaves in one system call at the end of the
 * turn. A close handshake that takes longer than `closeTimeout` ms is given up, and so is a client that leaves more than `maxBuffered` bytes
 * unread.
 */
export function peerSocket(
  socket: WebSocket,
  stream: Socket,
  { closeTimeout, maxBuffered }: { readonly closeTimeout: number; readonly maxBuffered: number },
  on: PeerSocketHandlers,
): PeerSocket {
  const deflated = socket.extensions.length > 0;
  let live = true;
  let corked = false;
  let cause: unknown;
  let deadline: Subscription | undefined;

  const flush = (): void => {
    if (!corked) return;
    corked = false;
    stream.uncork();
  };
  /** Nobody knows how much more is to come in this turn: the network may take what there is, before it is too much. */
  const relieve = (): void => {
    flush();
    if (!live || socket.bufferedAmount <= maxBuffered) return;
    live = false;
    socket.terminate();
    // Whoever writes is in the middle of something that an end would disturb.
    process.nextTick(() => {
      on.overflowed();
    });
  };
  const awaitClose = (): void => {
    deadline ??= timer(closeTimeout).subscribe(() => {
      socket.terminate();
    });
  };
  const close = (code: number, reason?: string): void => {
    awaitClose();
    socket.close(code, reason);
  };
  const abandon = (code: number): void => {
    live = false;
    close(code);
  };

  socket.on('message', (data: Buffer, isBinary) => {
    if (live) on.frame(isBinary ? data : data.toString());
  });
  socket.on('ping', () => {
    if (live) on.alive(false);
  });
  socket.on('pong', () => {
    if (live) on.alive(true);
  });
  // By now `ws` has begun to close: with 1009 after a frame that was too large, with 1002 or 1007 after a bad one.
  socket.on('error', (error) => {
    cause ??= error;
    awaitClose();
  });
  socket.on('close', (code, reason) => {
    deadline?.unsubscribe();
    if (!live) return;
    live = false;
    on.closed(code, reason.toString(), cause);
  });

  return {
    get open() {
      return live && socket.readyState === WebSocket.OPEN;
    },
    get bufferedAmount() {
      return socket.bufferedAmount;
    },
    ping: () => {
      socket.ping();
    },
    write: (frame) => {
      if (!corked) {
        corked = true;
        stream.cork();
        process.nextTick(flush);
      }
      const wire = wireOf(frame);
      if (!wire) socket.send(frame);
      // With compression `ws` has a queue of its own, which nothing may overtake.
      else if (deflated) socket.send(frame, { binary: !isText(wire) });
      // By then a close frame went out, which is the last.
      else if (socket.readyState === WebSocket.OPEN) stream.write(wire);
      if (socket.bufferedAmount > maxBuffered) relieve();
    },
    close,
    terminate: () => {
      live = false;
      socket.terminate();
    },
    release: () => {
      abandon(1000);
    },
    abandon,
  };
}
