import type { AnySession } from '../connection/session.js';
import { type PeerLink, peerLink } from './peerLink.js';

const endingsOf = ({ endings = [] }: PeerLink): NonNullable<PeerLink['endings']> => endings;

/**
 * Calls `run` when the peer has ended, after those who asked before. `false`: it has ended already, and nothing is called. For
 * stages that hold thousands of peers: the function is theirs for all of them, where a subscription to `closed` would cost each
 * peer several objects.
 */
export function whenEnded<S extends AnySession>(peer: S, run: (peer: S) => void): boolean {
  const link = peerLink(peer);
  if (!link.endings) {
    link.endings = [];
    // A session of the client's side has nobody who calls `endPeer`.
    peer.closed.subscribe(() => {
      endPeer(link, peer);
    });
  }
  const endings = endingsOf(link);
  if (endings === 'over') return false;
  // Not spread: an array that grew keeps room for many more.
  link.endings = endings.concat(run as (peer: AnySession) => void);
  return true;
}

/** The peer of this link has ended: tells those who wait for it. */
export function endPeer(link: PeerLink, peer: AnySession): void {
  const endings = endingsOf(link);
  link.endings = 'over';
  if (endings !== 'over') for (const run of endings) run(peer);
}
