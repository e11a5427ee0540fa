import { createSession, type OwnedSession, type SessionSetup } from '../connection/createSession.js';
import type { Peer } from './peer.js';
import type { PeerLink } from './peerLink.js';
import { endPeer } from './whenEnded.js';

/** A peer with the handles of whoever owns its socket. */
export interface OwnedPeer extends OwnedSession {
  readonly session: Peer;
}

/** Builds a peer on a socket that is open: a session of the server's side. */
export function createPeer(
  setup: SessionSetup,
  { identity, ...from }: Pick<Peer, 'address' | 'headers'> & Partial<Pick<Peer, 'identity'>>,
): OwnedPeer {
  const owned = createSession({
    ...setup,
    onEnd: (end) => {
      endPeer(link, peer);
      setup.onEnd(end);
    },
  });
  const link = owned.link as PeerLink;
  const { handlers, tell } = link;
  link.identity = identity;
  link.codec = setup.codec;
  link.protocol = setup.protocol;
  // Where no stage serves topics, nobody should wait for a confirmation.
  handlers.subscribe = (message) => {
    if (message.kind !== 'subscribe') return;
    const { id, topic } = message;
    tell({ kind: 'refusal', id, code: 'UNKNOWN_TOPIC', message: `there is no topic "${topic}"` });
  };
  // Assigned, not spread: the session's getters must stay getters.
  const peer = Object.defineProperty(Object.assign(owned.session, from), 'identity', {
    get: () => link.identity,
    enumerable: true,
  }) as Peer;
  return Object.assign(owned, { session: peer });
}
