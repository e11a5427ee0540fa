import { type Subscription, timer } from 'rxjs';
import { webSocket } from 'rxjs/webSocket';
import { reportUnhandled } from '../events/reportUnhandled.js';
import type { Frame } from '../protocols/protocol.js';
import { createFrameBatch } from './frameBatch.js';
import type { SessionSocket } from './sessionLink.js';
import type { SocketLike } from './socketLike.js';

/** What became of the socket. Nothing is told after `release` or `terminate`, and nothing after an end. */
export interface TransportHandlers {
  opened(): void;
  /** `more`: it came with the one before, at the same time. */
  frame(frame: Frame, more?: boolean): void;
  /** It never opened. */
  failed(cause: unknown): void;
  closed(code: number, reason: string, wasClean: boolean, cause: unknown): void;
}

/** One socket, from its opening to its end. */
export interface Transport extends SessionSocket {
  readonly subprotocol: string;
}

/**
 * One `webSocket()` for one socket, with one subscriber. It never sees an error of ours, nothing is sent through it, and its config
 * holds no codec: that is how the traps of WebSocketSubject are kept out. Whatever an old socket says late is not heard.
 */
export function openTransport(open: () => SocketLike, closeTimeout: number, on: TransportHandlers): Transport {
  let socket: SocketLike | undefined;
  let wasOpen = false;
  let live = true;
  let failure: unknown;
  let deadline: Subscription | undefined;

  const ended = (code = 1006, reason = '', wasClean = false): void => {
    deadline?.unsubscribe();
    if (!live) return;
    live = false;
    if (wasOpen) on.closed(code, reason, wasClean, failure);
    else on.failed(failure);
  };
  const drop = (): void => {
    if (socket?.terminate) socket.terminate();
    else socket?.close();
  };
  /** The other side may never answer the close frame. */
  const awaitClose = (): void => {
    deadline ??= timer(closeTimeout).subscribe(() => {
      drop();
      ended();
    });
  };
  const send = (frame: Frame): void => {
    // Not by the subject: until its `openObserver` returned it queues, and it drops its queue if the socket is closed by then.
    socket?.send(frame as Parameters<SocketLike['send']>[0]);
  };
  const batch = createFrameBatch(send);
  /** Whether something left in this turn: what follows waits for its end. */
  let begun = false;
  const endTurn = (): void => {
    begun = false;
    batch.flush();
  };
  const close = (code: number, reason: string): void => {
    batch.flush();
    awaitClose();
    socket?.close(code, reason);
  };

  const take = (data: unknown, more?: boolean): void => {
    if (!live) return;
    try {
      on.frame(typeof data === 'string' ? data : new Uint8Array(data as ArrayBuffer), more);
    } catch (error) {
      // As RxJS does for a subscriber that throws: an error that nobody handles, and the socket goes on.
      reportUnhandled(error);
    }
  };

  webSocket<never>({
    url: '',
    WebSocketCtor: function () {
      return (socket = open());
    } as never,
    binaryType: 'arraybuffer',
    openObserver: {
      next: () => {
        wasOpen = true;
        // Past the subject: it would take each frame through a Subject and two Subscribers, to the one that there is.
        if (socket)
          socket.onmessage = socket.listen
            ? null
            : ({ data }: { readonly data: unknown }) => {
                take(data);
              };
        socket?.listen?.(take);
        if (live) on.opened();
      },
    },
    closeObserver: {
      next: ({ code, reason, wasClean }) => {
        ended(code, reason, wasClean);
      },
    },
  }).subscribe({
    error: (event: unknown) => {
      failure ??= (event as { error?: unknown }).error ?? event;
      // Before it was open, an error is the end; not every socket follows it with a close event. Later the close event has the code.
      if (!wasOpen) ended();
      else if (live) awaitClose();
    },
  });
  return {
    get open() {
      return live && socket?.readyState === 1;
    },
    get bufferedAmount() {
      return batch.size + (socket?.bufferedAmount ?? 0);
    },
    get subprotocol() {
      return socket?.protocol ?? '';
    },
    get ping() {
      return socket?.ping?.bind(socket);
    },
    write: (frame, join) => {
      if (begun && join && typeof frame === 'string') {
        batch.add(frame, join);
        return;
      }
      batch.flush();
      // The first of a turn is most often the only one, and the turn may be long: it has nothing to wait for.
      send(frame);
      if (begun || !join || !socket?.atTurnEnd) return;
      begun = true;
      socket.atTurnEnd(endTurn);
    },
    close,
    terminate: () => {
      // What was sent went before, also where the socket can only close.
      batch.flush();
      live = false;
      deadline?.unsubscribe();
      drop();
    },
    release: () => {
      if (!live) return;
      live = false;
      close(1000, '');
    },
  };
}
