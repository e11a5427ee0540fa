import { expect } from 'chai';
import type { SocketIoTopics, SubscribeMessage } from 'rxgate/protocols';
import { socketIoRooms } from '../../lib/protocols/socketIoRooms.js';

const wanted = (id: number, topic: string, params?: unknown): SubscribeMessage => ({
  ...{ kind: 'subscribe', id, key: `${id}`, topic },
  params,
});
const rooms = (topics: SocketIoTopics) => socketIoRooms(topics, (type, data, id) => [JSON.stringify([type, data, id])]);

describe('socketIoRooms', () => {
  it('keeps the subscribes that stand', () => {
    const { asked, join, leave } = rooms({ subscribe: 'join' });
    join(wanted(1, 'a'));
    join(wanted(2, 'b'));
    leave(1);
    expect([...asked.keys()]).to.deep.equal([2]);
  });

  it('keeps none that nobody is asked for, or that could not be written', () => {
    const free = rooms({});
    expect(free.join(wanted(1, 'a'))).to.deep.equal({ frames: [], answers: [{ kind: 'confirmation', id: 1, topic: 'a' }] });
    expect(() => free.join(wanted(2, 'a', 7))).to.throw(TypeError, 'has no params');
    const broken = socketIoRooms({ subscribe: 'join' }, () => {
      throw new RangeError('too large');
    });
    expect(() => broken.join(wanted(1, 'a'))).to.throw(RangeError, 'too large');
    expect([free.asked.size, broken.asked.size]).to.deep.equal([0, 0]);
  });

  it('gives up a room with its last topic, and anew after it was asked for again', () => {
    const { join, leave } = rooms({ subscribe: 'join', unsubscribe: (topic) => ['leave', topic] });
    const given = ['[2,["leave","a"],null]'];
    for (const id of [1, 2, 3]) join(wanted(id, 'a', id));
    expect([leave(2), leave(1)]).to.deep.equal([undefined, undefined]);
    join(wanted(4, 'a', 2));
    expect([leave(3), leave(4), leave(4)]).to.deep.equal([undefined, given, undefined]);
  });
});
