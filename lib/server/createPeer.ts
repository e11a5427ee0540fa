import type { SessionEnd } from '../connection/session.js';
import { createSession, type OwnedSession, type SessionSetup } from '../connection/createSession.js';
import type { Peer } from './peer.js';
import { type PeerLink, peerLink } from './peerLink.js';
import { isServerCounters } from './serverCounters.js';
import { endPeer } from './whenEnded.js';

/** A peer with the handles of whoever owns its socket. */
export interface OwnedPeer extends OwnedSession {
  readonly session: Peer;
}

/** Shared by all peers: an object with a getter of its own takes a kilobyte more. */
const identityOf: PropertyDescriptor & ThisType<Peer> = {
  get() {
    return peerLink(this).identity;
  },
  enumerable: true,
};

/** The setup of a peer: that of a session, whose owner is told which of its peers has ended. */
export interface PeerSetup extends Omit<SessionSetup, 'onEnd'> {
  onEnd(end: SessionEnd, owned: OwnedPeer): void;
}

interface Ending extends OwnedPeer {
  readonly ended: PeerSetup['onEnd'];
}

/** The end of every peer: a function each would be memory each. */
function onEnd(this: Ending, end: SessionEnd): void {
  endPeer(this, this.session);
  this.ended(end, this);
}

/** Builds a peer on a socket that is open: a session of the server's side. */
export function createPeer(
  setup: PeerSetup,
  { identity, ...from }: Pick<Peer, 'address' | 'headers'> & Partial<Pick<Peer, 'identity'>>,
): OwnedPeer {
  const { counters, onEnd: ended } = setup;
  const link: OwnedSession & PeerLink = createSession({ ...setup, onEnd });
  link.identity = identity;
  if (isServerCounters(counters)) link.handled = counters.handled;
  link.endings = [];
  // Where no stage serves topics, nobody should wait for a confirmation.
  link.handlers.subscribe = (message) => {
    if (message.kind !== 'subscribe') return;
    const { id, topic } = message;
    link.tell({ kind: 'refusal', id, code: 'UNKNOWN_TOPIC', message: `there is no topic "${topic}"` });
  };
  // Assigned, not spread: the session's getters must stay getters.
  const peer = Object.defineProperty(Object.assign(link.session, from), 'identity', identityOf) as Peer;
  return Object.assign(link, { session: peer, ended });
}
