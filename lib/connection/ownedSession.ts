import type { Counters } from '../events/counters.js';
import type { EventObserver } from '../events/gatewayEvent.js';
import type { Message } from '../protocols/message.js';
import type { Codec, Frame, HeartbeatDefaults, Protocol } from '../protocols/protocol.js';
import type { Opened, Session, SessionEnd } from './session.js';
import type { SessionLink, SessionSocket } from './sessionLink.js';

/** What `createSession` needs. */
export interface SessionSetup {
  readonly id: number;
  readonly opened: Opened;
  readonly protocol: Protocol;
  readonly codec: Codec;
  readonly socket: SessionSocket;
  readonly heartbeat?: HeartbeatDefaults | undefined;
  readonly counters: Counters;
  readonly events?: EventObserver | undefined;
  readonly confirmTimeout: number;
  readonly maxHeld: number;
  readonly clock: () => number;
  /** The session is over, and its own consumers know. */
  onEnd(end: SessionEnd, link: OwnedSession): void;
}

/** The link of a session, with what is for the owner of its socket alone. */
export interface OwnedSession extends SessionLink {
  readonly session: Session;
  /** Takes a frame off the wire. `more`: it came with the one before, at the same time. */
  receive(frame: Frame, more?: boolean): void;
  /** Takes a message that is decoded already. */
  dispatch(message: Message): void;
  /** Something came in: a frame of ours, or a ping or pong of the WebSocket protocol. */
  heard(pong?: boolean): void;
}
