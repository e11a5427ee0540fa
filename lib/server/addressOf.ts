import { peerLink } from './peerLink.js';
import type { Peer } from './peer.js';

/** The address that a peer comes from, without its port: what limits per address go by, unless they are told otherwise. */
export const addressOf = ({ address }: Pick<Peer, 'address'>): string => {
  const colon = address.lastIndexOf(':');
  return colon < 0 ? address : address.slice(0, colon);
};

/** The address of a peer, by a function of the application. One that throws is reported (`hookFailed`, hook `address`), and costs nobody anything. */
export function readAddress(peer: Peer, address: (peer: Peer) => string): string {
  try {
    return address(peer);
  } catch (cause) {
    peerLink(peer).report({ type: 'hookFailed', hook: 'address', cause });
    return addressOf(peer);
  }
}
