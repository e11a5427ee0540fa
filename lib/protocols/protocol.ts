import type { Verdict } from '../connection/verdict.js';
import type { GatewayError } from '../errors/gatewayErrors.js';
import type { Message, MessageKind } from './message.js';

/** The wire form of messages: what one WebSocket message carries. */
export type Frame = string | Uint8Array;

/** Translates between messages and frames. One codec serves one session, so its closure may hold wire state; it does no I/O. */
export interface Codec {
  /** The frame or frames of a message, or `undefined` where the protocol has none for it. Throws what cannot be encoded. */
  encode(message: Message): Frame | readonly Frame[] | undefined;
  /** The message or messages of a frame. Never throws: a bad part is a message of kind `malformed`. */
  decode(frame: Frame): Message | readonly Message[];
}

/** What a protocol says of its heartbeat; `heartbeat()` starts from it. */
export interface HeartbeatDefaults {
  readonly mode?: 'message' | 'frame' | 'idle' | 'peer';
  /** Milliseconds between two beats. */
  readonly interval?: number;
  /** Milliseconds that a sign of life may take. */
  readonly timeout?: number;
}

/** What the greeting makes of a message: go on waiting, accepted (with what the gateway answered), or refused. */
export type GreetingOutcome = 'wait' | { readonly opened: unknown } | { readonly refused: GatewayError };

/** An exchange that the protocol wants before anything else is sent. */
export interface Greeting {
  open(credentials: unknown): readonly Frame[];
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
   * the codec keeps of its session. A server encodes such a message once for all its receivers. Default: none.
   */
  readonly shared?: readonly MessageKind[];
  client(): Codec;
  server?(): Codec;
  readonly greeting?: Greeting;
  readonly heartbeat?: HeartbeatDefaults;
  /** Overrides lines of the verdict table; `undefined` leaves the table to decide. */
  closeCodes?(code: number, reason: string): Verdict | undefined;
}
