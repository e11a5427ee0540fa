import type { AnySession } from '../connection/session.js';
import { type SessionLink, sessionLink } from '../connection/sessionLink.js';
import type { CommandTable } from './commandTable.js';
import type { Identity } from './identity.js';

/** The link of a peer: what the stages of a server share about it, each in a field of its own. */
export interface PeerLink extends SessionLink {
  identity?: Identity | undefined;
  /** Laid by the first `commands` stage. */
  commands?: CommandTable;
}

/** The link of a peer; a TypeError for what is no peer of this library. */
export const peerLink = (peer: AnySession): PeerLink => sessionLink(peer);
