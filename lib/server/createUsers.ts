import { asyncScheduler, type Observable, type Subscription } from 'rxjs';
import { checkCloseCode, checkDuration } from '../options/check.js';
import { readOptions } from '../options/readOptions.js';
import { createChanges } from './createChanges.js';
import { type Group, membersOf, withMember, withoutMember } from './group.js';
import { holdPeers } from '../connection/holdPeers.js';
import type { Peer } from './peer.js';
import { peerStage, type PeerStage } from './peerStage.js';
import { peerLink } from './peerLink.js';
import { type MemberChange, type Presence, type PresenceOptions, presence } from './presence.js';
import { sendAway } from './sendAway.js';
import { livePeers, type PeerSet } from './targets.js';

/** Options of {@link createUsers}. */
export interface UsersOptions {
  /** Milliseconds that a user stays online after the last connection ended, so that a reconnect is not seen. Default 0. */
  readonly grace?: number | undefined;
}

/** A user came online with the first connection, or went offline with the last. */
export interface UserChange {
  readonly type: 'online' | 'offline';
  readonly user: string;
}

/** The users of a server, each with any number of connections. Made by {@link createUsers}, and owned by who made it. */
export interface Users {
  /**
   * A stage that notes each peer under `peer.identity.user` until it ends. It stands after `login`, and before whatever sends to
   * users.
   *
   * Emits each peer as it comes. One without an identity passes and is not noted: it is nobody's. A peer stays under the name
   * that it came with. Errors with the source; completes with it, once its peers have ended. Unsubscribing takes its peers out at
   * once; with the last such stage all users are offline, and no timer is left.
   */
  track(): PeerStage;
  /** The connections of a user, in the order in which they came; empty for one who is offline. */
  peers(user: string): readonly Peer[];
  /** Who is online, those included whose grace runs. */
  readonly names: readonly string[];
  /** How many are online. */
  readonly size: number;
  /**
   * Who comes online, and who goes offline. Hot, without replay; never errors and never completes. Unsubscribing sends nothing. A
   * user who reconnects within `grace` is not seen.
   */
  readonly changes: Observable<UserChange>;
  /** The connections of a user as a target: whoever is connected at the moment of sending. */
  toUser(user: string): PeerSet;
  /** The connections of all users, as a target. */
  toAll(): PeerSet;
  /**
   * Who is connected, as data: a snapshot, then what changed; see {@link Presence}. With `grace`, by default that of the users, a
   * reconnect shows as one change that replaces the entry.
   */
  presence<M = undefined>(options?: PresenceOptions<M>): Observable<Presence<M>>;
  /**
   * Closes all connections of a user, each with an event `rejected`, and says how many that were. The user then goes offline
   * without a grace. `code` is 1000 or 3000–4999; default 4401, after which a client gets itself a new credential, once.
   */
  revoke(user: string, code?: number): number;
}

interface Online {
  readonly user: string;
  peers: Group<Peer>;
  /** Runs out at the end of the grace. */
  away: Subscription | undefined;
  revoked: boolean;
}

/**
 * Keeps who is connected, by the name of the user.
 *
 * @example
 * const users = createUsers({ grace: 5_000 });
 * users.changes.subscribe(({ type, user }) => console.log(`${user} is ${type}`));
 * serve({ port: 8080, protocol: commandNotify(), authenticate }).pipe(users.track()).subscribe();
 * broadcast(users.toUser('ann'), 'NOTIFY_MAIL', { unread: 3 });
 *
 * @throws TypeError or RangeError at the call, with the name of the option that is invalid.
 */
export function createUsers(options: UsersOptions = {}): Users {
  const { grace } = readOptions('createUsers', options, { grace: [checkDuration, 0, {}] });
  const byName = new Map<string, Online>();
  const byPeer = new Map<Peer, Online>();
  const changes = createChanges<UserChange>();
  const moves = createChanges<MemberChange>();
  let stages = 0;

  const goOffline = (online: Online): void => {
    online.away?.unsubscribe();
    byName.delete(online.user);
    changes.tell({ type: 'offline', user: online.user });
  };
  const enter = (peer: Peer): void => {
    const user = peer.identity?.user;
    if (user === undefined || byPeer.has(peer)) return;
    const known = byName.get(user);
    const online = known ?? { user, peers: undefined, away: undefined, revoked: false };
    online.away?.unsubscribe();
    online.away = undefined;
    online.revoked = false;
    online.peers = withMember(online.peers, peer);
    byPeer.set(peer, online);
    if (!known) byName.set(user, online);
    if (!known) changes.tell({ type: 'online', user });
    moves.tell({ type: 'joined', peer });
  };
  const leave = (peer: Peer): void => {
    const online = byPeer.get(peer);
    if (!online) return;
    byPeer.delete(peer);
    online.peers = withoutMember(online.peers, peer);
    const { revoked } = online;
    if (!online.peers) {
      if (grace === 0 || revoked) goOffline(online);
      else
        online.away = asyncScheduler.schedule(() => {
          goOffline(online);
        }, grace);
    }
    moves.tell({ type: 'left', peer, final: revoked });
  };
  const over = (): void => {
    stages--;
    // Nobody will come back to a server that is gone.
    if (stages === 0) for (const online of byName.values()) goOffline(online);
  };

  return {
    track: () =>
      peerStage(
        holdPeers<Peer>(() => {
          stages++;
          return { enter, leave, over };
        }),
      ),
    peers: (user) => [...membersOf(byName.get(user)?.peers)],
    get names() {
      return [...byName.keys()];
    },
    get size() {
      return byName.size;
    },
    changes: changes.changes,
    toUser: (user) => livePeers(() => membersOf(byName.get(user)?.peers)),
    toAll: () => livePeers(() => byPeer.keys()),
    presence: (given = {}) =>
      presence('users.presence', { members: () => byPeer.keys(), changes: moves.changes }, { grace, ...given }),
    revoke(user, code = 4401) {
      checkCloseCode('users.revoke', code, '');
      const online = byName.get(user);
      if (!online) return 0;
      const peers = [...membersOf(online.peers)];
      online.revoked = true;
      // Whose grace runs is not coming back either.
      if (peers.length === 0) goOffline(online);
      for (const peer of peers) sendAway(peerLink(peer), code, 'revoked');
      return peers.length;
    },
  };
}
