import { expect } from 'chai';
import { EMPTY, NEVER, of, Subject } from 'rxjs';
import { RequestFailedError } from '../../lib/errors/gatewayErrors.js';
import type { Permission } from '../../lib/server/allowed.js';
import { createRooms, type Rooms } from '../../lib/server/createRooms.js';
import { type FakePeer, fakePeer } from './fakePeer.js';

describe('rooms.commands', () => {
  let rooms: Rooms;
  let client: FakePeer;
  const ask = (id: string, command: string, data?: unknown) => client.receive({ id, command, data });
  const join = (id: string, room: unknown) => ask(id, 'rooms.join', { room });
  const leave = (id: string, room: string) => ask(id, 'rooms.leave', { room });
  const serving = (authorize: (room: string, context: { peer: unknown }) => Permission, maxRooms?: number) =>
    client.through(rooms.track(), rooms.commands({ authorize, maxRooms }));
  const done = (id: string, room: string) => ({ type: 'RESPONSE', id, data: { room } });

  beforeEach(() => {
    rooms = createRooms();
    client = fakePeer();
  });

  it('S7: lets a client join a room and leave it', () => {
    const asked: unknown[] = [];
    serving((room, { peer }) => asked.push(room, peer) > 0);
    join('1', 'lobby');
    expect(rooms.peers('lobby')).to.deep.equal([client.peer]);
    leave('2', 'lobby');
    expect(rooms.size).to.equal(0);
    expect(client.sent).to.deep.equal([done('1', 'lobby'), done('2', 'lobby')]);
    expect(asked).to.deep.equal(['lobby', client.peer]);
  });

  it('grants what a promise or an observable grants', async () => {
    serving((room) => (room === 'a' ? Promise.resolve(true) : of(true, false)));
    join('1', 'a');
    join('2', 'b');
    await client.frame(({ id }) => id === '1');
    expect(rooms.of(client.peer)).to.have.members(['a', 'b']);
  });

  for (const [name, permission] of [
    ['false', false],
    ['a promise of false', Promise.resolve(false)],
    ['an observable without a value', EMPTY],
    ['something truthy that is not true', 'yes' as never],
  ] as const)
    it(`S7: refuses with FORBIDDEN what the hook answers with ${name}`, async () => {
      serving(() => permission);
      join('1', 'a');
      const { code } = await client.frame(({ id }) => id === '1');
      expect([code, rooms.size]).to.deep.equal(['FORBIDDEN', 0]);
    });

  it('tells the client what a hook wants to be told, and nothing of what it did not', () => {
    serving((room) => {
      throw room === 'a' ? new RequestFailedError('rooms.join', 'FULL') : new Error('secret');
    });
    join('1', 'a');
    join('2', 'b');
    expect(client.sent.map(({ code }) => code)).to.deep.equal(['FULL', 'INTERNAL_ERROR']);
    expect(JSON.stringify(client.sent)).not.to.contain('secret');
    expect(client.failures.map(({ cause }) => cause.message)).to.deep.equal(['secret']);
  });

  it('grants nothing to a peer that left the room, cancelled or ended before the permission came', () => {
    const permission = new Subject<boolean>();
    serving(() => permission);
    join('1', 'a');
    leave('2', 'a');
    join('3', 'b');
    client.receive({ type: 'CANCEL', id: '3' });
    permission.next(true);
    expect(rooms.size).to.equal(0);
    expect(client.sent.map(({ id, code }) => [id, code])).to.deep.equal([
      ['1', 'LEFT'],
      ['2', undefined],
    ]);
    join('4', 'c');
    client.disconnect();
    permission.next(true);
    expect([rooms.size, permission.observed]).to.deep.equal([0, false]);
  });

  it('waits for the hook of one room, and answers for another meanwhile', () => {
    serving((room) => (room === 'slow' ? NEVER : true));
    join('1', 'slow');
    join('2', 'fast');
    leave('3', 'fast');
    expect(client.sent).to.deep.equal([done('2', 'fast'), done('3', 'fast')]);
  });

  it('bounds the rooms of a peer; what it is in already does not count twice', () => {
    serving(() => true, 2);
    ['a', 'b', 'b', 'c'].forEach((room, index) => join(`${index}`, room));
    expect(client.sent.map(({ code }) => code)).to.deep.equal([undefined, undefined, undefined, 'TOO_MANY_ROOMS']);
    expect(rooms.of(client.peer)).to.deep.equal(['a', 'b']);
  });

  it('refuses what names no room, and echoes nothing of it', () => {
    serving(() => true);
    join('1', 7);
    join('2', '');
    ask('3', 'rooms.join');
    ask('4', 'rooms.leave', null);
    expect(client.sent.map(({ code, data }) => [code, data])).to.deep.equal(
      Array.from({ length: 4 }, () => ['INVALID_DATA', { paths: ['room'] }]),
    );
  });

  it('names the option that is missing or invalid', () => {
    expect(() => rooms.commands({} as never)).to.throw(TypeError, 'rooms.commands: authorize');
    expect(() => rooms.commands({ authorize: () => true, maxRooms: 0 })).to.throw(RangeError, 'rooms.commands: maxRooms');
  });

  it('takes no name of a room that is too long, and asks nobody about it', () => {
    let asked = 0;
    serving(() => ++asked > 0);
    join('1', 'r'.repeat(256));
    join('2', 'r'.repeat(257));
    leave('3', 'r'.repeat(257));
    expect([asked, client.sent.map(({ code, data }) => code ?? data.room.length)]).to.deep.equal([
      1,
      [256, 'INVALID_DATA', 'INVALID_DATA'],
    ]);
    const other = fakePeer(2);
    other.through(rooms.track(), rooms.commands({ authorize: () => true, maxNameLength: 3 }));
    other.receive({ id: 'a', command: 'rooms.join', data: { room: 'four' } });
    expect(other.sent[0]).to.include({ code: 'INVALID_DATA' });
    expect(() => rooms.commands({ authorize: () => true, maxNameLength: 0 })).to.throw(
      RangeError,
      'rooms.commands: maxNameLength',
    );
  });
});
