import type { Peer } from './peer.js';

/**
 * Who a message is for: a peer, a set of peers (what `toRoom`, `toUser` and `toAll` give, or any list or `Set`), or a list of
 * these. A peer that is in two of them is meant once.
 */
export type Targets = Peer | Iterable<Peer | Iterable<Peer>>;

const isMany = <T>(value: Peer | Iterable<T>): value is Iterable<T> => Symbol.iterator in value;

/** The peers that are meant, each once. */
export function peersIn(targets: Targets): Iterable<Peer> {
  if (!isMany(targets)) return [targets];
  // A set has nothing twice; neither has what `toRoom` and its like give.
  if (targets instanceof Set || isPeerSet(targets)) return targets as Iterable<Peer>;
  const all = new Set<Peer>();
  for (const each of targets) {
    if (isMany(each)) for (const peer of each) all.add(peer);
    else all.add(each);
  }
  return all;
}

const peerSet: unique symbol = Symbol('peer set');

/** A set of peers that is looked up each time it is read: it holds whoever is in it at that moment. */
export interface PeerSet extends Iterable<Peer> {
  readonly [peerSet]: true;
}

const isPeerSet = (value: object): value is PeerSet => peerSet in value;

/** A set whose members `look` finds, each once. */
export const livePeers = (look: () => Iterable<Peer>): PeerSet => ({
  [peerSet]: true,
  [Symbol.iterator]: () => look()[Symbol.iterator](),
});
