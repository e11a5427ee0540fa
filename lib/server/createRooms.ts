import { Observable } from 'rxjs';
import { checkName } from '../options/check.js';
import { type Changes, createChanges } from './createChanges.js';
import { type Group, hasMember, membersOf, withMember, withoutMember } from './group.js';
import { holdPeers } from '../connection/holdPeers.js';
import type { Peer } from './peer.js';
import { peerStage, type PeerStage } from './peerStage.js';
import { type Presence, type PresenceOptions, presence } from './presence.js';
import { roomCommands, type RoomCommandsOptions } from './roomCommands.js';
import { livePeers, type PeerSet } from './targets.js';

/** A peer joined a room, or left it. */
export interface RoomChange {
  readonly type: 'joined' | 'left';
  readonly room: string;
  readonly peer: Peer;
}

/** Named sets of peers. Made by {@link createRooms}, and owned by who made it. */
export interface Rooms {
  /**
   * A stage that lets its peers into rooms, and takes a peer out of all of them when it ends.
   *
   * Emits each peer as it comes. Errors with the source; completes with it, once its peers have ended. Unsubscribing takes its
   * peers out of all rooms.
   */
  track(): PeerStage;
  /**
   * Puts a peer into a room, which the first one makes. Whether that changed anything: `false` for one that is in there, and for
   * one that ended, since an answer that was waited for may come too late. An Error for a peer that is open and not tracked:
   * `rooms.track()` is missing in its pipeline.
   */
  join(peer: Peer, room: string): boolean;
  /** Takes a peer out of a room, which is removed with the last one. Whether it was in there. */
  leave(peer: Peer, room: string): boolean;
  /** The rooms that a peer is in, in the order in which it joined them. */
  of(peer: Peer): readonly string[];
  /** Who is in a room, in the order in which they joined; empty for a room that is not there. */
  peers(room: string): readonly Peer[];
  /** The rooms that somebody is in. */
  readonly names: readonly string[];
  /** How many these are. */
  readonly size: number;
  /** Who joins and who leaves. Hot, without replay; never errors and never completes. Unsubscribing sends nothing. */
  readonly changes: Observable<RoomChange>;
  /** A room as a target: whoever is in it at the moment of sending. */
  toRoom(room: string): PeerSet;
  /**
   * Which users are in a room, as data: a snapshot, then what changed; see {@link Presence}.
   */
  presence<M = undefined>(room: string, options?: PresenceOptions<M>): Observable<Presence<M>>;
  /**
   * A stage that lets clients join and leave by themselves, with the requests `rooms.join` and `rooms.leave` (`{ room }`); see
   * {@link RoomCommandsOptions}. It stands after `track()`.
   */
  commands(options: RoomCommandsOptions): PeerStage;
}

interface Room {
  readonly name: string;
  readonly members: Set<Peer>;
}

/** Those who watch one room. */
interface Watched extends Changes<RoomChange> {
  watchers: number;
}

/**
 * Keeps who is in which room.
 *
 * @example
 * const rooms = createRooms();
 * serve({ port: 8080, protocol: commandNotify(), authenticate })
 *   .pipe(
 *     rooms.track(),
 *     rooms.commands({ authorize: (room, { peer }) => mayEnter(peer.identity, room) }),
 *     commands({ say: (text: string, { peer }) => broadcast(rooms.toRoom('lobby'), 'NOTIFY_SAID', text, { except: peer }).sent }),
 *   )
 *   .subscribe();
 */
export function createRooms(): Rooms {
  const byName = new Map<string, Room>();
  // Whoever is tracked has an entry.
  const byPeer = new Map<Peer, Group<Room>>();
  const all = createChanges<RoomChange>();
  // By room: a change costs the watchers of other rooms nothing.
  const watched = new Map<string, Watched>();

  const tell = (type: RoomChange['type'], { name }: Room, peer: Peer): void => {
    const change = { type, room: name, peer };
    all.tell(change);
    watched.get(name)?.tell(change);
  };
  const changesOf = (name: string): Observable<RoomChange> =>
    new Observable((subscriber) => {
      const mine = watched.get(name) ?? { ...createChanges<RoomChange>(), watchers: 0 };
      watched.set(name, mine);
      mine.watchers++;
      subscriber.add(mine.changes.subscribe(subscriber));
      return () => {
        if (--mine.watchers === 0) watched.delete(name);
      };
    });
  const takeOut = (peer: Peer, room: Room): void => {
    room.members.delete(peer);
    if (room.members.size === 0) byName.delete(room.name);
    tell('left', room, peer);
  };
  const join = (peer: Peer, name: string): boolean => {
    checkName('rooms.join', 'room', name);
    if (!byPeer.has(peer)) {
      if (peer.open) throw new Error('rooms.join: the peer is not tracked: its pipeline needs rooms.track()');
      return false;
    }
    const room = byName.get(name) ?? { name, members: new Set() };
    if (room.members.has(peer)) return false;
    byName.set(name, room);
    room.members.add(peer);
    byPeer.set(peer, withMember(byPeer.get(peer), room));
    tell('joined', room, peer);
    return true;
  };
  const leave = (peer: Peer, name: string): boolean => {
    const room = byName.get(name);
    const mine = byPeer.get(peer);
    if (!room || !hasMember(mine, room)) return false;
    byPeer.set(peer, withoutMember(mine, room));
    takeOut(peer, room);
    return true;
  };
  const rooms: Rooms = {
    track: () =>
      peerStage(
        holdPeers<Peer>(() => ({
          enter: (peer) => {
            if (!byPeer.has(peer)) byPeer.set(peer, undefined);
          },
          leave: (peer) => {
            const mine = byPeer.get(peer);
            // First, so that nobody who hears of it lets the peer in again.
            byPeer.delete(peer);
            for (const room of membersOf(mine)) takeOut(peer, room);
          },
        })),
      ),
    join,
    leave,
    of: (peer) => Array.from(membersOf(byPeer.get(peer)), ({ name }) => name),
    peers: (name) => [...(byName.get(name)?.members ?? [])],
    get names() {
      return [...byName.keys()];
    },
    get size() {
      return byName.size;
    },
    changes: all.changes,
    toRoom: (name) => livePeers(() => byName.get(name)?.members ?? []),
    presence: (name, options) => {
      checkName('rooms.presence', 'room', name);
      const members = (): Iterable<Peer> => byName.get(name)?.members ?? [];
      return presence('rooms.presence', { members, changes: changesOf(name) }, options);
    },
    commands: (options) => roomCommands(rooms, options),
  };
  return rooms;
}
