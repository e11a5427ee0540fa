import { broadcast, commands, createRooms, createUsers, type Peer, requestAll, topics, validated } from 'rxgate/server';
import { count, filter, type Observable } from 'rxjs';
import { z } from 'zod';

// #region rooms
export const users = createUsers({ grace: 5_000 });
export const rooms = createRooms();

export const chat = (peer$: Observable<Peer>) =>
  peer$.pipe(
    users.track(),
    rooms.track(),
    rooms.commands({ authorize: (room, { peer }) => room === 'lobby' || peer.identity?.user === 'ann' }),
    commands<Peer>({
      say: validated(z.object({ room: z.string(), text: z.string() }), ({ room, text }, { peer }) => {
        if (!rooms.of(peer).includes(room)) return 0;
        return broadcast(rooms.toRoom(room), 'said', { from: peer.identity?.user, text }, { except: peer }).sent;
      }),
    }),
  );
// #endregion

// #region presence
export const here$ = rooms.presence('lobby', { meta: ({ headers }) => ({ device: headers['user-agent'] }) });
// { type: 'snapshot', users: { ann: [{ id: 'k3f9a2:1', meta: { device: '…' } }] } }
// { type: 'change', joins: { bob: [{ id: 'k3f9a2:2', meta: { device: '…' } }] }, leaves: {} }
// #endregion

// #region who
/** `topic('who:lobby')` of a client: its own snapshot first, then what changes, from one producer for all. */
export const who = topics<Peer>({ 'who:{room}': ({ room = '' }) => rooms.presence(room) });
// #endregion

// #region targets
export const alarm = (text: string) => broadcast([users.toUser('ann'), rooms.toRoom('staff')], 'alarm', { text });

/** How many in the room say yes within five seconds. */
export const vote = (room: string, question: string) =>
  requestAll<string>(rooms.toRoom(room), 'vote', { question }, { timeout: 5_000 }).pipe(
    filter(({ reply }) => reply === 'yes'),
    count(),
  );
// #endregion
