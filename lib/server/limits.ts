import { defer, filter } from 'rxjs';
import { checkCount, checkDuration, checkFunction, checkOneOf } from '../options/check.js';
import { readOptions } from '../options/readOptions.js';
import { addressOf, readAddress } from './addressOf.js';
import { createConnectionCounts } from './connectionCounts.js';
import { holdPeers } from '../connection/holdPeers.js';
import type { Peer } from './peer.js';
import { peerStage, type PeerStage } from './peerStage.js';
import { peerLink } from './peerLink.js';
import { sendAway } from './sendAway.js';

/** Options of {@link limits}. At least one of the limits is needed. */
export interface LimitsConfig {
  /** Connections in all. */
  readonly total?: number | undefined;
  /** Connections of one user. Peers without an identity count for nobody. */
  readonly perUser?: number | undefined;
  /** Connections from one address. */
  readonly perAddress?: number | undefined;
  /**
   * Who goes when a limit is reached: the newcomer (`'rejectNew'`, default), or the oldest connection that the newcomer's limit counts
   * (`'closeOldest'`).
   */
  readonly policy?: 'rejectNew' | 'closeOldest' | undefined;
  /** When a peer that was sent away may come back, in ms. Default 5 000. */
  readonly retryAfter?: number | undefined;
  /** Milliseconds more, over which the attempts of many peers are spread. Default 5 000. */
  readonly spread?: number | undefined;
  /** Where a peer comes from. Default: the other end of its connection. Behind a proxy that is the proxy: read its header then. */
  readonly address?: ((peer: Peer) => string) | undefined;
}

type Scope = 'perUser' | 'perAddress' | 'total';

/**
 * Limits how many connections there are: in all, per user and per address.
 *
 * Emits each peer that is let in. Who has to go is closed, and reported as the event `rejected`. With the policy `'rejectNew'` that is the newcomer:
 * closed with 4429 and advice when to come back, which `retryBackoff` heeds, and not emitted. With `'closeOldest'` it is the oldest connection
 * of the same user, closed with 4409 (it does not come back by itself), or the oldest of the same address or of all, closed with 4429
 * and advice. A connection counts until it has ended.
 *
 * Errors with the source; completes with it, once its peers have ended. Unsubscribing forgets all counts. After a
 * reconnect a client is a new peer, and counts anew. It stands behind the stage that
 * authenticates if `perUser` is to work, and before the stages that hold peers. `serve({ maxConnections })` refuses sooner, before the upgrade.
 *
 * @example
 * serve(options).pipe(limits({ total: 10_000, perAddress: 100 }), login({ verify }), limits({ perUser: 5, policy: 'closeOldest' }))
 *
 * @throws TypeError or RangeError at the call, with the name of the option that is invalid.
 */
export function limits(config: LimitsConfig): PeerStage {
  const least = { min: 1 };
  const { total, perUser, perAddress, policy, retryAfter, spread, address } = readOptions('limits', config, {
    total: [checkCount, undefined, least],
    perUser: [checkCount, undefined, least],
    perAddress: [checkCount, undefined, least],
    policy: [checkOneOf, 'rejectNew', ['rejectNew', 'closeOldest']],
    retryAfter: [checkDuration, 5_000, {}],
    spread: [checkDuration, 5_000, {}],
    address: [checkFunction, addressOf],
  });
  if (total === undefined && perUser === undefined && perAddress === undefined)
    throw new TypeError('limits: one of total, perUser and perAddress must be given');

  /** The limits that a peer counts for: the narrowest first, since room made there is room in the others. */
  const limitsOf = (peer: Peer): [scope: Scope, limit: number, key: string][] => {
    const found: [Scope, number, string][] = [];
    const user = peer.identity?.user;
    if (perUser !== undefined && user !== undefined) found.push(['perUser', perUser, `user:${user}`]);
    if (perAddress !== undefined) found.push(['perAddress', perAddress, `address:${readAddress(peer, address)}`]);
    if (total !== undefined) found.push(['total', total, 'total']);
    return found;
  };

  return peerStage((source) =>
    defer(() => {
      const connections = createConnectionCounts();
      const rejected = new Set<Peer>();
      const makeRoom = (scope: Scope, limit: number, key: string): void => {
        while (connections.count(key) >= limit) {
          const oldest = connections.oldest(key) as Peer;
          // Its close handshake may take a while, which the newcomer need not wait for.
          connections.remove(oldest);
          if (scope === 'perUser') sendAway(peerLink(oldest), 4409, 'replaced');
          else sendAway(peerLink(oldest), 4429, 'replaced', { retryAfter, spread });
        }
      };
      const enter = (peer: Peer): void => {
        const found = limitsOf(peer);
        if (policy === 'rejectNew' && found.some(([, limit, key]) => connections.count(key) >= limit)) {
          rejected.add(peer);
          sendAway(peerLink(peer), 4429, 'limit', { retryAfter, spread });
          return;
        }
        for (const [scope, limit, key] of found) makeRoom(scope, limit, key);
        connections.add(
          peer,
          found.map(([, , key]) => key),
        );
      };
      return source.pipe(
        holdPeers<Peer>(() => ({ enter, leave: connections.remove })),
        filter((peer) => !rejected.delete(peer)),
      );
    }),
  );
}
