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

/** Builds a peer on a socket that is open: a session of the server's side. */
export function createPeer(
  setup: SessionSetup,
  { identity, ...from }: Pick<Peer, 'address' | 'headers'> & Partial<Pick<Peer, 'identity'>>,
): OwnedPeer {
  // Taken out: the setup is not to live as long as the peer.
  const { counters, onEnd } = setup;
  const link: OwnedSession & PeerLink = createSession({
    ...setup,
    onEnd: (end) => {
      endPeer(link, peer);
      onEnd(end);
    },
  });
  link.identity = identity;
  // The same for all peers: a function each would be memory each.
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
  return Object.assign(link, { session: peer });
}
