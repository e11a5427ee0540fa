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
});
