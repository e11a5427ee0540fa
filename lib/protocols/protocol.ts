import type { Verdict } from '../connection/verdict.js';
import type { GatewayError } from '../errors/gatewayErrors.js';
import type { Message, MessageKind } from './message.js';

/** The wire form of messages: what one WebSocket message carries. */
export type Frame = string | Uint8Array;

/**
 * Frames with answers to them that the other side will not send: for wires that do not confirm by themselves, and for what the protocol
 * cannot express.
 */
export interface Encoded {
  readonly frames: readonly Frame[];
  /**
   * The session takes them as if the other side had sent them, once the frames are out. A pong for a ping that has no frame is no round
   * trip: it says that there is nothing to ask with just now, so that nobody is given up for it.
   */
  readonly answers: readonly Message[];
}

/** Makes one frame of several. */
export type JoinFrames = (frames: readonly string[]) => string;

/**
 * Translates between messages and frames. One codec serves one session, so its closure may hold wire state; it does no I/O and has no
 * timers. Our own ids are positive integers: a codec that writes them in another form, or not at all, restores them in what it reads.
 * Ids of the other side's requests are written as they were read. A notification has the `topic` that its confirmation had.
 */
export interface Codec {
  /** The frame or frames of a message, or `undefined` where the protocol has none for it. Throws what cannot be encoded. */
  encode(message: Message): Frame | readonly Frame[] | Encoded | undefined;
  /** The message or messages of a frame. Never throws: a bad part is a message of kind `malformed`. */
  decode(frame: Frame): Message | readonly Message[];
  /** What comes before anything else on a client's session. Default: nothing, the session is open with its socket. */
  readonly greeting?: Greeting | undefined;
  /**
   * What the wire is to be told for what was read, though nobody sends it: a topic can only now be given up, a frame was unreadable.
   * The session takes it out after each frame.
   */
  readonly owed?: Frame[] | undefined;
  /**
   * For wires where one frame can say what several say, once the other side is known to read such a one: `undefined` until then. What is
   * sent in one turn is then given to it, in order, as far as it is text and waits for the end of the turn: at most 1,000 frames and 16,384
   * characters, with one more for each. Called without `this`. Where it throws, they go one by one.
   */
  readonly join?: JoinFrames | undefined;
  /** What is sent before a close that the application asked for, while the socket is open. */
  farewell?(): readonly Frame[];
  /** What the next session of the same `connect` needs to go on where this one ended; read when this one is over. */
  readonly resume?: unknown;
}

/** What a protocol, or the greeting of a session, says of the heartbeat; `heartbeat()` starts from it. */
export interface HeartbeatDefaults {
  readonly mode?: 'message' | 'frame' | 'idle' | 'peer' | undefined;
  /** Milliseconds between two beats. `Infinity`: there is no heartbeat. */
  readonly interval?: number | undefined;
  /** Milliseconds that a sign of life may take. `Infinity`: nobody waits for one. With `mode: 'peer'` the other side may be silent for `interval + timeout`. */
  readonly timeout?: number | undefined;
  /** Pings have no answer, since each side sends its own: ours go on while the other side is waited for, which may take longer than `interval`. */
  readonly oneWay?: boolean | undefined;
}

/**
 * What the greeting makes of a message: go on waiting; go on, and hold this one for the session, which gets it as soon as it is accepted
 * (up to `connect`'s `maxHeld`; then the oldest is dropped, and counted as `heldOverflow`); send these frames and go on waiting; accepted,
 * with what the gateway answered and the heartbeat that was agreed on, which goes before that of the protocol; or refused.
 */
export type GreetingOutcome =
  | 'wait'
  | 'hold'
  | { readonly send: readonly Frame[] }
  | { readonly opened: unknown; readonly heartbeat?: HeartbeatDefaults | undefined }
  | { readonly refused: GatewayError };

/** An exchange that the protocol wants before anything else is sent. */
export interface Greeting {
  /** What the client begins with; nothing, where the gateway does. */
  open(credentials: unknown): readonly Frame[];
  /** Takes each message that comes in, until the greeting is over. */
  accept(message: Message): GreetingOutcome;
}

/** An adapter that speaks one wire protocol: plain data and two codec factories, each called once per session. */
export interface Protocol {
  readonly name: string;
  /** Offered in the upgrade, unless `connect({ protocols })` says otherwise. */
  readonly subprotocols?: readonly string[];
  /**
   * How replies find their request: by `'id'` (default), or by `'order'` where the wire has no ids. With `'order'` a request that
   * timed out or was cancelled keeps its place until its reply came, so that the next caller does not get a stranger's answer.
   */
  readonly correlation?: 'id' | 'order';
  /**
   * Kinds of messages of which every session of this protocol has the same frames: they depend on the message alone, not on what
   * the codec keeps of its session, and have no `answers`. A server encodes such a message once for all its receivers. Default: none.
   */
  readonly shared?: readonly MessageKind[];
  /** What is connected to for the application's url, where the protocol wants a path or a query of its own. */
  url?(url: string): string;
  /**
   * `resume` is what the codec of the connection's last session left. `maxPayload`: the most bytes of a frame that this client takes, where
   * it has a limit.
   */
  client(resume?: unknown, maxPayload?: number): Codec;
  /** `maxPayload`: the most bytes of a frame that this server takes, where it is known. */
  server?(maxPayload?: number): Codec;
  readonly heartbeat?: HeartbeatDefaults;
  /** Overrides lines of the verdict table; `undefined` leaves the table to decide. */
  closeCodes?(code: number, reason: string): Verdict | undefined;
}
