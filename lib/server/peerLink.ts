import type { AnySession } from '../connection/session.js';
import { type SessionLink, sessionLink } from '../connection/sessionLink.js';
import type { CommandOutcome } from './commandOutcome.js';
import type { CommandTable } from './commandTable.js';
import type { IntakeLine } from './filterIntake.js';
import type { Identity } from './identity.js';

/** The link of a peer: what the stages of a server share about it, each in a field of its own. */
export interface PeerLink extends SessionLink {
  identity?: Identity | undefined;
  /** Laid by the first `commands` stage. */
  commands?: CommandTable;
  /** Told of each command that is done: how it went, and `duration` ms (of `clock`) from its message to its first reply or its end. */
  handled?: ((command: string, outcome: CommandOutcome, duration: number) => void) | undefined;
  /** Laid by the first filter: see `filterIntake`. */
  intakeLine?: IntakeLine | undefined;
  /** Who is told when the peer has ended: see `whenEnded`. */
  endings?: readonly ((peer: AnySession) => void)[] | 'over';
}

/** The link of a peer; a TypeError for what is no peer of this library. */
export const peerLink = (peer: AnySession): PeerLink => sessionLink(peer);
