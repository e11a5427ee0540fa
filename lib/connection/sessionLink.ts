import type { GatewayError } from '../errors/gatewayErrors.js';
import type { Counters } from '../events/counters.js';
import type { DropReason, GatewayEvent } from '../events/gatewayEvent.js';
import type { Message, MessageKind } from '../protocols/message.js';
import type { Frame, HeartbeatDefaults } from '../protocols/protocol.js';
import type { PendingRequests } from './pendingRequests.js';
import type { AnySession } from './session.js';
import type { WireTopics } from './wireTopics.js';

/** Under which a session keeps its {@link SessionLink}; a registered symbol, so that two copies of the library understand each other. */
export const sessionLinkSymbol: unique symbol = Symbol.for('rxgate.session') as never;

/** What the stages, the operators and the parts of a session may do with it, beyond its public face. */
export interface SessionLink {
  readonly id: number;
  readonly counters: Counters;
  readonly requests: PendingRequests;
  readonly topics: WireTopics;
  readonly heartbeat: HeartbeatDefaults;
  /** Whether a request without an answer keeps its place: see `Protocol.correlation`. */
  readonly keepsPlace: boolean;
  readonly confirmTimeout: number;
  readonly maxHeld: number;
  /** Who takes the messages of a kind that the session does not know what to do with. */
  readonly handlers: Partial<Record<MessageKind, (message: Message) => void>>;
  /** RxJS time of the last frame in, and of the last message out. */
  lastReceived: number;
  lastSent: number;
  /** Set whenever anything comes in. */
  alive: boolean;
  /** Told of each pong: with its timestamp where it has one, and whether it is one of the WebSocket protocol. */
  pong?: (timestamp: number | undefined, byFrame: boolean) => void;
  /** A stage holds the session back: it is not usable before that stage calls `ready`. */
  gated: boolean;
  /** Whether the other side answered a request or confirmed a topic: a session that was of use. */
  served: boolean;
  /** Sends a ping of the WebSocket protocol; undefined where the socket cannot. */
  readonly ping: (() => void) | undefined;
  /** The session is usable; reports it once. */
  ready(): void;
  /** Ends the session now, without a close handshake. */
  terminate(error: GatewayError): void;
  /** As `terminate`, but politely: the socket closes with 1000 on its own. */
  leave(error: GatewayError): void;
  report(event: GatewayEvent): void;
  drop(reason: DropReason): void;
  /** Whether anybody subscribes to the session's `messages`. */
  listened(): boolean;
  clock(): number;
  nextId(): number;
  /** Makes sure that requests and topics are asked to expire at `deadline`. */
  watch(deadline: number): void;
  /** Stands between the wire and `dispatch`, where a stage wants that: passes messages on, now, later or never. */
  intake?: ((message: Message, deliver: (message: Message) => void) => void) | undefined;
  /** Begins a close handshake with any code; `Session.close` allows those of applications only. */
  close(code: number, reason: string): void;
  /** Throws what cannot be sent. */
  transmit(message: Message): void;
  /** Puts the frames of a message on the socket. A stage may put itself in its place, to hold them back. */
  write(message: Message, frames: readonly Frame[]): void;
  /** Sends where it can, and never throws. */
  tell(message: Message): void;
}

/** The link of a session; a TypeError for what is no session of this library. */
export function sessionLink(session: AnySession): SessionLink {
  const link = (session as { readonly [sessionLinkSymbol]?: SessionLink })[sessionLinkSymbol];
  if (!link) throw new TypeError('This stage needs the sessions of connect(), serve() or fakeSession(), unchanged');
  return link;
}
