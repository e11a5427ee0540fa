import { expect } from 'chai';
import type { Message } from '../../lib/protocols/message.js';
import { createHeldMessages, type InboundFrame } from '../../lib/server/heldMessages.js';

const request = (id: string): Message => ({ kind: 'request', id, command: 'c' });
const subscribe = (id: string): Message => ({ kind: 'subscribe', id, key: 't', topic: 't' });

describe('createHeldMessages', () => {
  it('gives them in order, and takes no more than its limit', () => {
    const line = createHeldMessages({}, 2, 100);
    const [a, b, c] = ['a', 'b', 'c'].map(request) as [Message, Message, Message];
    expect([line.first, line.take()]).to.deep.equal([undefined, undefined]);
    expect([a, b, c].map((message) => line.add(message))).to.deep.equal([true, true, false]);
    expect([line.first, line.size]).to.deep.equal([a, 2]);
    expect(line.take()).to.equal(a);
    expect(line.add(c)).to.equal(true);
    expect([line.take(), line.take(), line.take(), line.size]).to.deep.equal([b, c, undefined, 0]);
  });

  it('lets a cancel and an unsubscribe take out what they end, once, and nothing else', () => {
    const line = createHeldMessages({}, 9, 100);
    const held = [request('a'), subscribe('a'), request('b'), subscribe('b')];
    for (const message of held) line.add(message);
    const ends: readonly Message[] = [
      { kind: 'cancel', id: 'b' },
      { kind: 'cancel', id: 'b' },
      { kind: 'unsubscribe', id: 'a', topic: 't' },
      { kind: 'unsubscribe', id: 'c', topic: 't' },
      { kind: 'reply', id: 'a', last: true },
      request('a'),
    ];
    expect(ends.map((message) => line.withdraw(message))).to.deep.equal([true, false, true, false, false, false]);
    expect([line.take(), line.take(), line.take()]).to.deep.equal([held[0], held[3], undefined]);
  });

  it('takes no more bytes than its bound, but one that is larger alone; what leaves makes room', () => {
    const link: { inbound?: InboundFrame | undefined } = {};
    const line = createHeldMessages(link, 9, 100);
    const add = (id: string, size: number): boolean => {
      link.inbound = { size };
      return line.add(request(id));
    };
    expect([add('a', 500), add('b', 1)]).to.deep.equal([true, false]);
    line.take();
    // Whoever gets it next is told its size.
    expect(link.inbound).to.deep.equal({ size: 500 });
    expect([add('c', 60), add('d', 40), add('e', 1)]).to.deep.equal([true, true, false]);
    line.withdraw({ kind: 'cancel', id: 'c' });
    expect([add('f', 61), add('g', 60)]).to.deep.equal([false, true]);
  });

  it('counts a frame once that has several messages', () => {
    const link = { inbound: { size: 60 } };
    const line = createHeldMessages(link, 9, 100);
    expect(['a', 'b', 'c'].map((id) => line.add(request(id)))).to.deep.equal([true, true, true]);
    link.inbound = { size: 41 };
    expect(line.add(request('d'))).to.equal(false);
  });

  it('counts it until the last of them has left, by whichever way', () => {
    const link: { inbound?: InboundFrame | undefined } = { inbound: { size: 90 } };
    const line = createHeldMessages(link, 9, 100);
    const later = createHeldMessages(link, 9, 100);
    for (const id of ['a', 'b', 'c', 'd']) line.add(request(id));
    const refused = (): boolean => {
      link.inbound = { size: 11 };
      return !line.add(request('e'));
    };
    for (const id of ['a', 'd']) expect([line.withdraw({ kind: 'cancel', id }), refused()]).to.deep.equal([true, true]);
    // The next line counts it as well, once for both.
    for (const rest of [true, false])
      expect([line.take(), later.add(line.first ?? request('c')), refused()].at(-1)).to.equal(rest);
    expect(later.size).to.equal(2);
  });
});
