import { type Subscription, timer } from 'rxjs';
import { webSocket } from 'rxjs/webSocket';
import type { Frame } from '../protocols/protocol.js';
import type { SessionSocket } from './sessionLink.js';
import type { Verdict } from './verdict.js';
import type { SocketFactory, SocketHooks, SocketLike, SocketOptions } from './socketLike.js';

/** How to open a socket. */
export interface TransportSetup {
  readonly factory: SocketFactory;
  readonly url: string;
  readonly protocols: readonly string[];
  readonly options: SocketOptions;
  readonly closeTimeout: number;
}

/** What became of the socket. Nothing is told after `release` or `terminate`. */
export interface TransportHandlers {
  opened(socket: Transport): void;
  frame(frame: Frame, socket: Transport): void;
  /** It never opened. `status` is that of a refused upgrade, where the socket can tell. */
  failed(cause: unknown, rejection: { readonly status: number; readonly verdict: Verdict } | undefined): void;
  closed(code: number, reason: string, wasClean: boolean, cause: unknown): void;
  /** A ping or pong of the WebSocket protocol came in. */
  alive(pong: boolean): void;
}

/** One socket, from its opening to its end. */
export interface Transport extends SessionSocket {
  readonly subprotocol: string;
}

const connecting = 0;
const open = 1;

/**
 * One `webSocket()` for one socket, with one subscriber. It never sees an error of ours, nothing is sent through it, and its config
 * holds no codec: that is how the traps of WebSocketSubject are kept out. Whatever an old socket says late is not heard.
 */
export function openTransport(
  { factory, url, protocols, options, closeTimeout }: TransportSetup,
  on: TransportHandlers,
): Transport {
  let socket: SocketLike | undefined;
  let rejection: Parameters<TransportHandlers['failed']>[1];
  let wasOpen = false;
  let live = true;
  let failure: unknown;
  let deadline: Subscription | undefined;

  const closed = (code: number, reason: string, wasClean: boolean): void => {
    deadline?.unsubscribe();
    if (!live) return;
    live = false;
    if (wasOpen) on.closed(code, reason, wasClean, failure);
    else on.failed(failure, rejection);
  };
  const drop = (): void => {
    if (socket?.terminate) socket.terminate();
    else socket?.close();
  };
  /** The other side may never answer the close frame. */
  const awaitClose = (): void => {
    deadline ??= timer(closeTimeout).subscribe(() => {
      drop();
      closed(1006, '', false);
    });
  };
  const close = (code: number, reason: string): void => {
    awaitClose();
    socket?.close(code, reason);
  };
  const hooks: SocketHooks = {
    rejected: (status, verdict) => {
      rejection = { status, verdict };
    },
    alive: (pong) => {
      if (live) on.alive(pong);
    },
  };
  const Socket = function (): SocketLike {
    socket = factory(url, protocols, options, hooks);
    return socket;
  };

  const subject = webSocket<Frame>({
    url,
    WebSocketCtor: Socket as never,
    binaryType: 'arraybuffer',
    deserializer: ({ data }: { data: unknown }) => (typeof data === 'string' ? data : new Uint8Array(data as ArrayBuffer)),
    openObserver: {
      next: () => {
        wasOpen = true;
        if (live) on.opened(transport);
      },
    },
    closeObserver: {
      next: ({ code, reason, wasClean }) => {
        closed(code, reason, wasClean);
      },
    },
  });
  const transport: Transport = {
    get open() {
      return live && socket?.readyState === open;
    },
    get bufferedAmount() {
      return socket?.bufferedAmount ?? 0;
    },
    get subprotocol() {
      return socket?.protocol ?? '';
    },
    get ping() {
      return socket?.ping && (() => socket?.ping?.());
    },
    write: (frame) => {
      // Not by the subject: until its `openObserver` returned it queues, and it drops its queue if the socket is closed by then.
      socket?.send(frame as Parameters<SocketLike['send']>[0]);
    },
    close,
    terminate: () => {
      live = false;
      deadline?.unsubscribe();
      drop();
      subscription.unsubscribe();
    },
    release: () => {
      live = false;
      // Closed before the subscription goes: a WebSocketSubject that loses its subscriber closes without a code.
      if (socket?.readyState === connecting || socket?.readyState === open) close(1000, '');
      subscription.unsubscribe();
    },
  };
  const subscription = subject.subscribe({
    next: (frame) => {
      if (live) on.frame(frame, transport);
    },
    error: (event: unknown) => {
      failure ??= (event as { error?: unknown }).error ?? event;
      // Before it was open, an error is the end; not every socket follows it with a close event. Later the close event has the code.
      if (!wasOpen) closed(1006, '', false);
      else if (live) awaitClose();
    },
  });
  return transport;
}
