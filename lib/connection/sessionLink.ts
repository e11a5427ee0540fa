import type { ReplaySubject, Subject } from 'rxjs';
import type { GatewayError } from '../errors/gatewayErrors.js';
import type { Counters } from '../events/counters.js';
import type { DropReason, EventObserver, GatewayEvent } from '../events/gatewayEvent.js';
import type { Message, MessageId, MessageKind, NotificationMessage } from '../protocols/message.js';
import type { Codec, Frame, HeartbeatDefaults, JoinFrames, Protocol } from '../protocols/protocol.js';
import type { AnySession, SessionEnd } from './session.js';
import type { Waiting } from './waiting.js';
import type { WireTopics } from './wireTopics.js';

/** Under which a session keeps its {@link SessionLink}; a registered symbol, so that two copies of the library understand each other. */
export const sessionLinkSymbol: unique symbol = Symbol.for('rxgate.session') as never;

/** What a session needs of its socket. */
export interface SessionSocket {
  readonly open: boolean;
  readonly bufferedAmount: number;
  /** Bytes that the network has taken so far, where the socket can tell. */
  readonly taken?: number | undefined;
  /** With `join`, frames of one turn may leave as one. */
  write(frame: Frame, join?: JoinFrames): void;
  /** Begins the close handshake; the socket's owner ends the session when it is over. */
  close(code: number, reason: string): void;
  terminate(): void;
  /** Closes with 1000 and tells nothing more. */
  release(): void;
  /** Sends a ping of the WebSocket protocol; undefined where the socket cannot. */
  readonly ping: (() => void) | undefined;
}

/** What is done with a message: by kind, for all sessions that share it. */
export type MessageHandlers = Readonly<Partial<Record<MessageKind, (message: Message, link: SessionLink) => void>>>;

/** What the stages, the operators and the parts of a session may do with it, beyond its public face. */
export interface SessionLink {
  readonly id: number;
  readonly protocol: Protocol;
  readonly codec: Codec;
  readonly socket: SessionSocket;
  /** What the greeting agreed on. */
  readonly heartbeat?: HeartbeatDefaults | undefined;
  readonly counters: Counters;
  readonly events?: EventObserver | undefined;
  readonly confirmTimeout: number;
  readonly maxHeld: number;
  /** Whether messages can be sent. */
  readonly open: boolean;
  /** The application asked for the end: the close handshake is under way. */
  readonly closing: boolean;
  /** The requests that wait for their replies, by id; without its link, one that only keeps its place. */
  readonly pending: Map<MessageId, Waiting>;
  /** How many requests the end of the session, or its close, left without a reply. */
  unanswered: number;
  /** Made when somebody asks for them. */
  readonly topics: WireTopics;
  /** The face of it, for the application. */
  readonly session: AnySession;
  /** What the session's `messages` and `closed` show, once somebody asked for them. */
  readonly messages?: Subject<Message> | undefined;
  readonly over?: ReplaySubject<SessionEnd> | undefined;
  /** How it ended. */
  readonly ended?: SessionEnd | undefined;
  /** Who hears notifications without subscribing, by topic; those who hear all are under `undefined`. */
  listeners?: Map<string | undefined, Subject<NotificationMessage>>;
  /** Who takes the messages of a kind that the session does not know what to do with. Replaced, never changed: many sessions share it. */
  handlers: MessageHandlers;
  /** Who is told when the session has ended: see `whenEnded`. Replaced as well. */
  endings?: readonly ((session: AnySession) => void)[] | undefined;
  /** RxJS time of the last frame in (a stage may take it back, to see whether there is another), and of the last message out. */
  lastReceived: number;
  lastSent: number;
  /** Told of each pong: with its timestamp where it has one, and whether it is one of the WebSocket protocol. */
  pong?: ((link: SessionLink, timestamp: number | undefined, byFrame: boolean) => void) | undefined;
  /** A stage holds the session back: it is not usable before that stage calls `ready`. */
  gated: boolean;
  /** What keeps the connection, if anything does: held while the ends of topics are told. */
  holder?: { hold(): void; release(): void; forget(key: string): void };
  /** Whether the other side answered a request or confirmed a topic: a session that was of use. */
  served?: boolean;
  /** The session is usable; reports it once. */
  ready(): void;
  /** Ends the session now, without a close handshake. */
  terminate(error: GatewayError): void;
  /** The socket is gone, or let go. Only the first end counts. `error` is what pending requests fail with. */
  end(end: SessionEnd, error?: GatewayError): void;
  report(event: GatewayEvent): void;
  drop(reason: DropReason): void;
  clock(): number;
  nextId(): number;
  /** Makes sure that requests and topics are asked to expire at `deadline`. */
  watch(deadline: number): void;
  /** Takes a message that came in where it belongs. A stage may put itself in its place, to pass messages on, now, later or never. */
  deliver(message: Message): void;
  /** Begins a close handshake with any code; `Session.close` allows those of applications only. */
  close(code: number, reason: string): void;
  /** Throws what cannot be sent. */
  transmit(message: Message): void;
  /** Puts the frames of a message on the socket, `at` the present RxJS time, if that is known. A stage may put itself in its place, to hold them back. */
  write(message: Message, frames: readonly Frame[], at?: number): void;
  /** Puts frames on the socket whose messages were written before, without them. */
  put(frames: readonly Frame[], at?: number): void;
  /** Sends where it can, and never throws. */
  tell(message: Message): void;
}

/** The link of a session; a TypeError for what is no session of this library. */
export function sessionLink(session: AnySession): SessionLink {
  const link = (session as { readonly [sessionLinkSymbol]?: SessionLink })[sessionLinkSymbol];
  if (!link) throw new TypeError('A session must be one of connect(), serve() or fakeSession(), unchanged');
  return link;
}
