import { asyncScheduler, Observable, Subject, type Subscription, take } from 'rxjs';
import { checkDuration, checkFunction } from '../options/check.js';
import { readOptions } from '../options/readOptions.js';
import { inTurn } from './inTurn.js';
import type { Peer } from './peer.js';
import { peerLink } from './peerLink.js';
import { markSnapshot } from './withSnapshot.js';

/** Options of a presence. */
export interface PresenceOptions<M = unknown> {
  /** What the others see of a connection: asked once, when it joins. Default: nothing. */
  readonly meta?: ((peer: Peer) => M) | undefined;
  /**
   * Milliseconds that the entry of a user's last connection stays after that connection left. A new connection within that time
   * replaces it, in one change: the user is never away. Default 0.
   */
  readonly grace?: number | undefined;
}

/** One connection of a user, and what `meta` said of it. */
export interface PresenceEntry<M = unknown> {
  /** No other connection has it, of this server or another; the same in each presence that the connection is in. Nothing is to be read from it. */
  readonly id: string;
  readonly meta: M;
}

/** Users by name, each with one entry per connection, and never an empty list. */
export type PresenceList<M = unknown> = Readonly<Record<string, readonly PresenceEntry<M>[]>>;

/** Who is there (first, once), and then what changed: the entries that are new, and those that are gone. */
export type Presence<M = unknown> =
  | { readonly type: 'snapshot'; readonly users: PresenceList<M> }
  | { readonly type: 'change'; readonly joins: PresenceList<M>; readonly leaves: PresenceList<M> };

/** A peer joined a set of peers, or left it. */
export interface MemberChange {
  readonly type: 'joined' | 'left';
  readonly peer: Peer;
  /** It left for good: no grace is due. */
  readonly final?: boolean;
}

/** A set of peers, and how it changes. */
export interface PresenceSource {
  members(): Iterable<Peer>;
  readonly changes: Observable<MemberChange>;
}

interface Present<M> {
  readonly user: string;
  readonly entry: PresenceEntry<M>;
}

/** The present users, while anybody looks. */
interface Watch<M> {
  readonly changed: Observable<Presence<M>>;
  list(): PresenceList<M>;
  /** Runs after the change that is being told of, if one is. */
  after(run: () => void): void;
  stop(): void;
}

const idOf = (peer: Peer): string => {
  const { epoch } = peerLink(peer);
  return epoch === undefined ? `${peer.id}` : `${epoch}:${peer.id}`;
};

const listOf = <M>(present: Iterable<Present<M>>): PresenceList<M> => {
  const users = new Map<string, PresenceEntry<M>[]>();
  for (const { user, entry } of present) {
    const entries = users.get(user);
    if (entries) entries.push(entry);
    else users.set(user, [entry]);
  }
  return Object.fromEntries(users);
};

function watch<M>(source: PresenceSource, meta: (peer: Peer) => M, grace: number): Watch<M> {
  const byPeer = new Map<Peer, Present<M>>();
  const counts = new Map<string, number>();
  // The entries whose connections are gone: the last of their users, for as long as the grace runs.
  const away = new Map<string, { readonly gone: Present<M>; readonly timer: Subscription }>();
  const changed = new Subject<Presence<M>>();
  const tell = (joins: readonly Present<M>[], leaves: readonly Present<M>[]): void => {
    changed.next({ type: 'change', joins: listOf(joins), leaves: listOf(leaves) });
  };

  const add = (peer: Peer): Present<M> | undefined => {
    const user = peer.identity?.user;
    if (user === undefined || byPeer.has(peer)) return undefined;
    let said: M | undefined;
    try {
      said = meta(peer);
    } catch (cause) {
      peerLink(peer).report({ type: 'hookFailed', hook: 'meta', cause });
    }
    const present = { user, entry: { id: idOf(peer), meta: said as M } };
    byPeer.set(peer, present);
    counts.set(user, (counts.get(user) ?? 0) + 1);
    return present;
  };
  const join = (peer: Peer): void => {
    const present = add(peer);
    if (!present) return;
    const waiting = away.get(present.user);
    waiting?.timer.unsubscribe();
    away.delete(present.user);
    tell([present], waiting ? [waiting.gone] : []);
  };
  const leave = (peer: Peer, final = false): void => {
    const gone = byPeer.get(peer);
    if (!gone) return;
    const { user } = gone;
    byPeer.delete(peer);
    const left = (counts.get(user) ?? 1) - 1;
    if (left > 0) counts.set(user, left);
    else counts.delete(user);
    if (left > 0 || grace === 0 || final) tell([], [gone]);
    else
      away.set(user, {
        gone,
        timer: asyncScheduler.schedule(() => {
          handle(() => {
            if (away.get(user)?.gone !== gone) return;
            away.delete(user);
            tell([], [gone]);
          });
        }, grace),
      });
  };

  const handle = inTurn((run: () => void) => {
    run();
  });
  for (const peer of source.members()) add(peer);
  const moves = source.changes.subscribe(({ type, peer, final }) => {
    handle(() => {
      if (type === 'joined') join(peer);
      else leave(peer, final);
    });
  });
  return {
    changed,
    list: () => listOf([...byPeer.values(), ...[...away.values()].map(({ gone }) => gone)]),
    after: handle,
    stop: () => {
      moves.unsubscribe();
      for (const { timer } of away.values()) timer.unsubscribe();
    },
  };
}

/**
 * Who is in a set of peers, as data: what `rooms.presence` and `users.presence` give. `owner` is the name that errors of the
 * options have.
 *
 * Each subscriber gets a snapshot of its own first, then the changes. State is kept while there is a subscriber, and shared by
 * them. What a handler of `topics` gives may be one: each listener is then sent a snapshot first. Peers without an identity are left out. Never errors and never completes: a room that is empty may fill again.
 * Unsubscribing sends nothing.
 */
export function presence<M>(owner: string, source: PresenceSource, options: PresenceOptions<M> = {}): Observable<Presence<M>> {
  const { grace, meta = () => undefined as M } = readOptions(owner, options, {
    meta: [checkFunction],
    grace: [checkDuration, 0, {}],
  });
  let watched: Watch<M> | undefined;
  let watchers = 0;
  const told = new Observable<Presence<M>>((subscriber) => {
    const mine = (watched ??= watch(source, meta, grace));
    watchers++;
    subscriber.add(() => {
      if (--watchers > 0) return;
      watched = undefined;
      mine.stop();
    });
    mine.after(() => {
      if (subscriber.closed) return;
      subscriber.next({ type: 'snapshot', users: mine.list() });
      subscriber.add(mine.changed.subscribe(subscriber));
    });
  });
  // In `topics`, each listener begins with a snapshot.
  return markSnapshot(told, told.pipe(take(1)));
}
