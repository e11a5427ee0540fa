import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Subscription, timer } from 'rxjs';
import { WebSocket } from 'ws';
import type { SessionSocket } from '../connection/sessionLink.js';
import { createFrameBatch, type FrameBatch } from '../connection/frameBatch.js';
import { objectsOn } from '../options/objectsOn.js';
import type { Frame } from '../protocols/protocol.js';
import type { Held, Turns } from './createTurns.js';
import { isText, wireOf } from './prepareFrame.js';

/** What becomes of the sockets of one server; each is told of with its owner. */
export interface PeerSocketHandlers<O> {
  frame(owner: O, frame: Frame): void;
  /** A ping or pong of the WebSocket protocol came in. */
  alive(owner: O, pong: boolean): void;
  /** The last word. `cause` is what was wrong with the socket, if anything was. */
  closed(owner: O, code: number, reason: string, cause: unknown): void;
  /** It held more than `maxBuffered` and was dropped: the last word as well. */
  overflowed(owner: O): void;
}

/** What all sockets of one server have in common. */
export interface PeerSocketSettings {
  readonly closeTimeout: number;
  readonly maxBuffered: number;
  readonly turns: Turns;
}

/** A peer's socket, with the codes that only a server's owner may close with. */
export interface PeerSocket<O> extends SessionSocket {
  /** Whose socket it is; set before anything comes in. */
  owner: O | undefined;
  /** Closes with any code, and tells nothing more. */
  abandon(code: number): void;
}

/** The socket, with what nobody else needs to know of. */
interface State<O> extends PeerSocket<O>, Held {
  readonly webSocket: WebSocket;
  readonly stream: Duplex;
  readonly settings: PeerSocketSettings;
  readonly on: PeerSocketHandlers<O>;
  readonly deflated: boolean;
  live: boolean;
  corked: boolean;
  /** What is to leave as few frames, while anything is. */
  batch: FrameBatch | undefined;
  /** The last turn in which a frame went out at once. */
  wroteIn: number;
  cause: unknown;
  deadline: Subscription | undefined;
}

/** Under which a socket of `ws` knows whose it is. */
const peerOf: unique symbol = Symbol('peer');
type Attached = WebSocket & { [peerOf]: State<unknown> };

const overflowed = ({ on, owner }: State<unknown>): void => {
  on.overflowed(owner);
};

/** Nobody knows how much more is to come in this turn: the network may take what there is, before it is too much. */
const relieve = (socket: State<unknown>): void => {
  socket.flush();
  if (!socket.live || socket.bufferedAmount <= socket.settings.maxBuffered) return;
  socket.terminate();
  // Whoever writes is in the middle of something that an end would disturb.
  process.nextTick(overflowed, socket);
};

/** From here on, what is written leaves at the end of the turn. */
const hold = (socket: State<unknown>): void => {
  if (socket.corked) return;
  socket.corked = true;
  socket.stream.cork();
  socket.settings.turns.hold(socket);
};

/** Begins a turn of this socket. Whether it did: the first frame of a turn is most often the only one, and has nothing to wait for. */
const beginTurn = (socket: State<unknown>): boolean => {
  const { turns } = socket.settings;
  // With compression `ws` has a queue of its own, which nothing may overtake.
  if (socket.deflated || socket.wroteIn === turns.current) return false;
  socket.wroteIn = turns.current;
  turns.begin();
  return true;
};

const put = ({ webSocket, stream, deflated }: State<unknown>, frame: Frame): void => {
  const wire = wireOf(frame);
  if (!wire) webSocket.send(frame);
  else if (deflated) webSocket.send(frame, { binary: !isText(wire) });
  // By then a close frame went out, which is the last.
  else if (webSocket.readyState === WebSocket.OPEN) stream.write(wire);
};

const awaitClose = (socket: State<unknown>): void => {
  socket.deadline ??= timer(socket.settings.closeTimeout).subscribe(() => {
    socket.webSocket.terminate();
  });
};

// Shared by all sockets, as the methods below: a server holds thousands of idle ones, and closures would be most of each.
const listeners = {
  message(this: Attached, data: Buffer, isBinary: boolean): void {
    const { live, on, owner } = this[peerOf];
    if (live) on.frame(owner, isBinary ? data : data.toString());
  },
  ping(this: Attached): void {
    const { live, on, owner } = this[peerOf];
    if (live) on.alive(owner, false);
  },
  pong(this: Attached): void {
    const { live, on, owner } = this[peerOf];
    if (live) on.alive(owner, true);
  },
  // By now `ws` has begun to close: with 1009 after a frame that was too large, with 1002 or 1007 after a bad one.
  error(this: Attached, error: Error): void {
    this[peerOf].cause ??= error;
    awaitClose(this[peerOf]);
  },
  close(this: Attached, code: number, reason: Buffer): void {
    const socket = this[peerOf];
    socket.deadline?.unsubscribe();
    if (!socket.live) return;
    socket.live = false;
    socket.on.closed(socket.owner, code, reason.toString(), socket.cause);
  },
};

/** `ws` closes as well: it answers a close frame in the turn in which it came, and what was written in that turn is to go before. */
function close(this: Attached, ...how: Parameters<WebSocket['close']>): void {
  this[peerOf].batch?.flush();
  (Object.getPrototypeOf(this) as WebSocket).close.apply(this, how);
}

const methods: Partial<State<unknown>> & ThisType<State<unknown>> = {
  get open() {
    return this.live && this.webSocket.readyState === WebSocket.OPEN;
  },
  get bufferedAmount() {
    return this.webSocket.bufferedAmount + (this.batch?.size ?? 0);
  },
  get taken() {
    // What was written counts what is still here. A stream of the application's own may not count at all.
    const { bytesWritten = 0 } = this.stream as Partial<Socket>;
    return bytesWritten - this.stream.writableLength;
  },
  ping() {
    this.webSocket.ping();
  },
  write(frame, join) {
    const { webSocket, stream, settings, deflated } = this;
    const first = beginTurn(this);
    if (!first) hold(this);
    if (!first && join && typeof frame === 'string') {
      this.batch ??= createFrameBatch((joined) => {
        webSocket.send(joined);
      });
      this.batch.add(frame, join);
    } else {
      this.batch?.flush();
      put(this, frame);
    }
    // Without compression the stream holds all there is, and was just touched. A character of what waits for it takes up to three bytes.
    const held = (deflated ? webSocket.bufferedAmount : stream.writableLength) + 3 * (this.batch?.size ?? 0);
    if (held > settings.maxBuffered) relieve(this);
  },
  flush() {
    if (!this.corked) return;
    this.batch?.flush();
    this.batch = undefined;
    this.corked = false;
    this.stream.uncork();
  },
  close(code, reason) {
    awaitClose(this);
    this.webSocket.close(code, reason);
  },
  terminate() {
    this.live = false;
    this.batch = undefined;
    this.webSocket.terminate();
  },
  release() {
    this.abandon(1000);
  },
  abandon(code) {
    this.live = false;
    this.close(code, '');
  },
};

const createState = /* @__PURE__ */ objectsOn<State<unknown>>(methods);

/**
 * A socket of `ws` that was just accepted, as a session needs it. The first frame of a turn leaves at once, and what follows in one system
 * call at the end of the turn; with compression all of it then. A close handshake that takes longer than `closeTimeout` ms is given up, and
 * so is a client that leaves more than `maxBuffered` bytes unread.
 */
export function peerSocket<O>(
  webSocket: WebSocket,
  stream: Duplex,
  settings: PeerSocketSettings,
  on: PeerSocketHandlers<O>,
): PeerSocket<O> {
  const socket = createState({
    webSocket,
    stream,
    settings,
    on,
    owner: undefined,
    deflated: webSocket.extensions.length > 0,
    live: true,
    corked: false,
    batch: undefined,
    wroteIn: -1,
    cause: undefined,
    deadline: undefined,
  }) as State<O>;
  Object.assign(webSocket, { [peerOf]: socket, close });
  for (const [event, listener] of Object.entries(listeners)) webSocket.on(event, listener as (...args: unknown[]) => void);
  return socket;
}
