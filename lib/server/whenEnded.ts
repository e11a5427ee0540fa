import type { Peer } from './peer.js';
import { type PeerLink, peerLink } from './peerLink.js';

/**
 * Calls `run` when the peer has ended, after those who asked before. `false`: it has ended already, and nothing is called. For
 * stages that hold thousands of peers: the function is theirs for all of them, where a subscription to `closed` would cost each
 * peer several objects.
 */
export function whenEnded(peer: Peer, run: (peer: Peer) => void): boolean {
  const link = peerLink(peer);
  if (link.endings === 'over') return false;
  link.endings = link.endings ? [...link.endings, run] : [run];
  return true;
}

/** The peer of this link has ended: tells those who wait for it. */
export function endPeer(link: PeerLink, peer: Peer): void {
  const { endings } = link;
  link.endings = 'over';
  if (endings === 'over') return;
  for (const run of endings ?? []) run(peer);
}
