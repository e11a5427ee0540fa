import { expect } from 'chai';
import type { Message } from '../../lib/protocols/message.js';
import { createOutboundLine } from '../../lib/server/outboundLine.js';

describe('createOutboundLine', () => {
  const notification = (topic: string, data?: unknown): Message => ({ kind: 'notification', topic, data });
  const nameOf = (message: Message) => (message as { topic: string }).topic;
  const scene = (maxBytes: number, key: (message: Message) => unknown = nameOf) => {
    const lost: string[] = [];
    const lose = (message: Message) => lost.push(nameOf(message));
    const line = createOutboundLine({ policy: 'conflate', maxMessages: 100, maxBytes, key, lose });
    const flushed = () => {
      const frames: unknown[] = [];
      line.flush((message, [frame]) => frames.push(`${nameOf(message)} ${frame!.length}`) > 0);
      return frames;
    };
    return { lost, flushed, line, push: (topic: string, size: number) => line.push(notification(topic), ['x'.repeat(size)]) };
  };

  it('knows a message by the key that it had when it came, once it has gone out', () => {
    const { line, lost } = scene(100, (message) => (message as { data: { id: number } }).data.id);
    const data = { id: 1 };
    line.push(notification('t', data), ['first']);
    data.id = 2;
    line.flush(() => true);
    expect(line.push(notification('t', { id: 1 }), ['second'])).to.equal(true);
    expect([line.size, lost]).to.deep.equal([1, []]);
  });

  it('keeps to its bytes when a message takes the place of a smaller one: that one is lost, then the oldest', () => {
    const { line, lost, push, flushed } = scene(100);
    for (const topic of ['a', 'b', 'c', 'd']) push(topic, 20);
    expect(push('b', 40)).to.equal(true);
    expect([lost, line.size]).to.deep.equal([['b'], 4]);
    expect(push('c', 80)).to.equal(true);
    expect(lost).to.deep.equal(['b', 'c', 'a', 'b']);
    expect(flushed()).to.deep.equal(['d 20', 'c 80']);
  });

  it('lets a message that is alone be replaced by one that is larger than all bounds', () => {
    const { lost, push, flushed } = scene(100);
    push('a', 20);
    expect(push('a', 500)).to.equal(true);
    expect([lost, flushed()]).to.deep.equal([['a'], ['a 500']]);
  });

  it('says that it is full when what may not be lost leaves no room for what takes the place of a smaller message', () => {
    const { line, lost, push } = scene(100);
    expect(line.push({ kind: 'ended', topic: 'z' }, ['x'.repeat(70)])).to.equal(true);
    push('a', 20);
    expect(push('a', 40)).to.equal(false);
    expect([lost, line.size]).to.deep.equal([['a'], 1]);
  });
});
