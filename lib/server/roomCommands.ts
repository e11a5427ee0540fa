import { defer, filter, map, merge, type Observable, Subject, take } from 'rxjs';
import { RequestFailedError } from '../errors/gatewayErrors.js';
import { checkCount, checkFunction } from '../options/check.js';
import { readOptions } from '../options/readOptions.js';
import { allowed, type Permission } from './allowed.js';
import { commands } from './commands.js';
import { cutName } from './cutName.js';
import type { Rooms } from './createRooms.js';
import type { HandlerContext } from './handlerContext.js';
import type { Peer } from './peer.js';
import { peerStage, type PeerStage } from './peerStage.js';

/** Options of `rooms.commands`. */
export interface RoomCommandsOptions {
  /**
   * Whether a peer may join a room, asked for each `rooms.join`: `true` or `false`, a promise or an observable of it. There is no
   * default: who lets everybody in says so.
   */
  readonly authorize: (room: string, context: HandlerContext<Peer>) => Permission;
  /** How many rooms a peer may be in. Default 100. */
  readonly maxRooms?: number | undefined;
  /** How long the name of a room may be; a longer one is `INVALID_DATA`. Default 256. */
  readonly maxNameLength?: number | undefined;
}

const roomOf = (command: string, data: unknown, maxNameLength: number): string => {
  const room = (data as { readonly room?: unknown } | null | undefined)?.room;
  if (typeof room === 'string' && room !== '' && room.length <= maxNameLength) return room;
  throw new RequestFailedError(command, 'INVALID_DATA', { paths: ['room'] }, { detail: 'the data is not valid' });
};

const refusal = (code: string, detail: string): RequestFailedError =>
  new RequestFailedError('rooms.join', code, undefined, { detail });

/**
 * A stage that answers `rooms.join` and `rooms.leave`, each with `{ room }`.
 *
 * Emits each peer as it comes. A join is answered with `{ room }`, also by one who is in there already; or refused: `FORBIDDEN`,
 * `TOO_MANY_ROOMS`, `INVALID_DATA`, or as the hook fails (a `RequestFailedError` is told, anything else is `INTERNAL_ERROR` and
 * reported). A leave is always answered with `{ room }`. A permission that comes after the peer left, cancelled or ended grants
 * nothing; the join that was left is answered with `LEFT`.
 *
 * Errors with a TypeError when another stage answers these commands. Completes with the source. Unsubscribing answers nothing
 * more, and leaves the rooms as they are.
 */
export function roomCommands(rooms: Pick<Rooms, 'join' | 'leave' | 'of'>, options: RoomCommandsOptions): PeerStage {
  const { maxRooms, maxNameLength } = readOptions('rooms.commands', options, {
    maxRooms: [checkCount, 100, { min: 1 }],
    maxNameLength: [checkCount, 256, { min: 1 }],
  });
  const authorize = checkFunction('rooms.commands', 'authorize', options.authorize);
  return peerStage((source) =>
    defer(() => {
      const left = new Subject<{ readonly peer: Peer; readonly room: string }>();
      const join = (data: unknown, context: HandlerContext<Peer>): Observable<unknown> => {
        const { peer } = context;
        const room = roomOf('rooms.join', data, maxNameLength);
        const leaves = left.pipe(filter((leave) => leave.peer === peer && leave.room === room));
        const given = merge(
          allowed(() => authorize(room, context)),
          leaves.pipe(map(() => 'left' as const)),
        );
        return given.pipe(
          take(1),
          map((granted) => {
            if (granted === 'left') throw refusal('LEFT', `room "${cutName(room)}" was left before`);
            if (!granted) throw refusal('FORBIDDEN', `room "${cutName(room)}" is not open to you`);
            const mine = rooms.of(peer);
            if (mine.length >= maxRooms && !mine.includes(room)) throw refusal('TOO_MANY_ROOMS', `${maxRooms} rooms at most`);
            rooms.join(peer, room);
            return { room };
          }),
        );
      };
      const leave = (data: unknown, { peer }: HandlerContext<Peer>): unknown => {
        const room = roomOf('rooms.leave', data, maxNameLength);
        left.next({ peer, room });
        rooms.leave(peer, room);
        return { room };
      };
      return source.pipe(commands({ 'rooms.join': join, 'rooms.leave': leave }, { elsewhere: true }));
    }),
  );
}
