import { expect } from 'chai';
import { concatWith, NEVER, of } from 'rxjs';
import { createRooms, type Rooms } from '../../lib/server/createRooms.js';
import { type FakePeer, fakePeer } from './fakePeer.js';

describe('createRooms', () => {
  let rooms: Rooms;
  let one: FakePeer;
  let two: FakePeer;
  let heard: string[];
  const track = (...clients: FakePeer[]) =>
    of(...clients.map(({ peer }) => peer))
      .pipe(concatWith(NEVER), rooms.track())
      .subscribe();

  beforeEach(() => {
    rooms = createRooms();
    heard = [];
    rooms.changes.subscribe(({ type, room, peer }) => heard.push(`${peer.id} ${type} ${room}`));
    one = fakePeer(1);
    two = fakePeer(2);
  });

  it('knows who is in which room, from both sides', () => {
    track(one, two);
    expect([rooms.join(one.peer, 'a'), rooms.join(two.peer, 'a'), rooms.join(one.peer, 'b')]).to.deep.equal([true, true, true]);
    expect(rooms.peers('a')).to.deep.equal([one.peer, two.peer]);
    expect(rooms.peers('b')).to.deep.equal([one.peer]);
    expect([rooms.of(one.peer), rooms.of(two.peer)]).to.deep.equal([['a', 'b'], ['a']]);
    expect([rooms.names, rooms.size]).to.deep.equal([['a', 'b'], 2]);
    expect(heard).to.deep.equal(['1 joined a', '2 joined a', '1 joined b']);
  });

  it('changes nothing, and tells of nothing, where a peer is in or out already', () => {
    track(one);
    rooms.join(one.peer, 'a');
    expect([rooms.join(one.peer, 'a'), rooms.leave(one.peer, 'b'), rooms.leave(two.peer, 'a')]).to.deep.equal([
      false,
      false,
      false,
    ]);
    expect([rooms.leave(one.peer, 'a'), rooms.leave(one.peer, 'a')]).to.deep.equal([true, false]);
    expect(heard).to.deep.equal(['1 joined a', '1 left a']);
  });

  it('S7: removes a room with its last member', () => {
    track(one, two);
    rooms.join(one.peer, 'a');
    rooms.join(two.peer, 'a');
    rooms.leave(one.peer, 'a');
    expect(rooms.names).to.deep.equal(['a']);
    rooms.leave(two.peer, 'a');
    expect([rooms.names, rooms.size, rooms.peers('a'), rooms.of(two.peer)]).to.deep.equal([[], 0, [], []]);
  });

  it('S7: takes a peer out of all its rooms when it ends', () => {
    track(one, two);
    for (const room of ['a', 'b', 'c']) rooms.join(one.peer, room);
    rooms.join(two.peer, 'b');
    heard = [];
    one.disconnect();
    expect(heard).to.deep.equal(['1 left a', '1 left b', '1 left c']);
    expect([rooms.names, rooms.of(one.peer)]).to.deep.equal([['b'], []]);
  });

  it('refuses a peer that is open and not tracked, and says what is missing', () => {
    expect(() => rooms.join(one.peer, 'a')).to.throw(Error, 'rooms.track()');
    expect(rooms.size).to.equal(0);
  });

  it('lets a peer that ended into no room, also while it tells of its end', () => {
    track(one);
    rooms.join(one.peer, 'a');
    const again: boolean[] = [];
    rooms.changes.subscribe(({ peer, room }) => again.push(rooms.join(peer, `${room}!`)));
    one.disconnect();
    expect(again).to.deep.equal([false]);
    expect(rooms.join(one.peer, 'a')).to.equal(false);
    expect(rooms.size).to.equal(0);
  });

  it('takes the peers of a stage that is unsubscribed from out of all rooms', () => {
    const tracking = track(one);
    track(two);
    rooms.join(one.peer, 'a');
    rooms.join(two.peer, 'a');
    tracking.unsubscribe();
    expect(rooms.peers('a')).to.deep.equal([two.peer]);
  });

  it('gives a target that holds whoever is in the room when it is read', () => {
    track(one, two);
    const toRoom = rooms.toRoom('a');
    expect([...toRoom]).to.deep.equal([]);
    rooms.join(one.peer, 'a');
    rooms.leave(one.peer, 'a');
    rooms.join(two.peer, 'a');
    expect([...toRoom]).to.deep.equal([two.peer]);
  });

  it('takes any name but an empty one', () => {
    track(one);
    for (const room of ['__proto__', 'constructor', ' ']) rooms.join(one.peer, room);
    expect(rooms.names).to.deep.equal(['__proto__', 'constructor', ' ']);
    expect(() => rooms.join(one.peer, '')).to.throw(TypeError, 'rooms.join: room');
    expect(() => rooms.presence('')).to.throw(TypeError, 'rooms.presence: room');
  });

  it('hands out no subject', () => {
    expect(rooms.changes).not.to.have.property('next');
  });
});
