import type { GatewayError } from '../errors/gatewayErrors.js';
import type { Counters } from '../events/counters.js';
import type { GatewayEvent } from '../events/gatewayEvent.js';
import type { Message, MessageKind } from '../protocols/message.js';
import type { HeartbeatDefaults } from '../protocols/protocol.js';
import type { PendingRequests } from './pendingRequests.js';
import type { AnySession } from './session.js';
import type { WireTopics } from './wireTopics.js';

/** Under which a session keeps its {@link SessionLink}; a registered symbol, so that two copies of the library understand each other. */
export const sessionLinkSymbol: unique symbol = Symbol.for('rxgate.session') as never;

/** What the stages and operators of this library may do with a session, beyond its public face. */
export interface SessionLink {
  readonly id: number;
  readonly counters: Counters;
  readonly requests: PendingRequests;
  readonly topics: WireTopics;
  readonly heartbeat: HeartbeatDefaults;
  /** RxJS time of the last frame in, and of the last message out. */
  lastReceived: number;
  lastSent: number;
  /** Set whenever anything comes in. */
  alive: boolean;
  /** Told of each pong, with its timestamp where it has one. */
  pong: ((timestamp: number | undefined) => void) | undefined;
  /** Who takes the messages of a kind that is no answer to this side. */
  readonly handlers: Partial<Record<MessageKind, (message: Message) => void>>;
  /** A stage holds the session back: it is not usable before that stage calls `ready`. */
  gated: boolean;
  /** Whether anything but pongs came in: a session that was of use. */
  heard: boolean;
  /** The session is usable; reports it once. */
  ready(): void;
  /** Closes with 1000 and ends with `error` at once: as `terminate`, but politely. */
  leave(error: GatewayError): void;
  report(event: GatewayEvent): void;
  clock(): number;
  /** Throws what cannot be sent. */
  transmit(message: Message): void;
  /** Sends where it can, and never throws. */
  tell(message: Message): void;
  /** Sends a ping of the WebSocket protocol; undefined where the socket cannot. */
  readonly ping: (() => void) | undefined;
}

/** The link of a session; a TypeError for what is no session of this library. */
export function sessionLink(session: AnySession): SessionLink {
  const link = (session as { readonly [sessionLinkSymbol]?: SessionLink })[sessionLinkSymbol];
  if (!link) throw new TypeError('This stage needs the sessions of connect(), serve() or fakeSession(), unchanged');
  return link;
}
