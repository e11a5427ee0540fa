import type { Message } from '../protocols/message.js';
import type { Frame } from '../protocols/protocol.js';
import type { Opened, Session, SessionEnd } from './session.js';
import type { SessionLink } from './sessionLink.js';

type Given = 'id' | 'protocol' | 'codec' | 'socket' | 'heartbeat' | 'counters' | 'events' | 'confirmTimeout' | 'maxHeld';

/** What `createSession` needs: what its link keeps, and this. */
export interface SessionSetup extends Pick<SessionLink, Given> {
  readonly opened: Opened;
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
