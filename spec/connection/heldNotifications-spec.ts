import { expect } from 'chai';
import type { EndedMessage, NotificationMessage } from '../../lib/protocols/message.js';
import { createHeldNotifications } from '../../lib/connection/heldNotifications.js';

const note = (topic: string, data: number): NotificationMessage => ({ kind: 'notification', topic, data });
const textOf = (messages: readonly (NotificationMessage | EndedMessage)[]): string =>
  messages.map((message) => message.topic + ('data' in message ? String(message.data) : ' ends')).join(' ');
const nobody = (): boolean => false;

describe('createHeldNotifications', () => {
  let lines: string[];
  beforeEach(() => {
    lines = [];
  });
  const line = (maxHeld = 10) =>
    createHeldNotifications({
      ...{ id: 7, maxHeld },
      drop: (reason) => lines.push(reason),
      report: (event) => lines.push(JSON.stringify(event)),
    });
  const gap = (topic: string): string => JSON.stringify({ type: 'gap', session: 7, topic });

  it('gives out those of one topic, in order and once, and keeps the others', () => {
    const held = line();
    for (const message of [note('a', 1), note('b', 2), note('a', 3)]) held.hold(message);
    expect(['a', 'a', 'c', 'b'].map((topic) => textOf(held.take(topic)))).to.deep.equal(['a1 a3', '', '', 'b2']);
    expect(lines).to.deep.equal([]);
  });

  it('takes nothing from what was given out before', () => {
    const held = line();
    held.hold(note('a', 1));
    const taken = held.take('a');
    held.hold(note('a', 2));
    held.clear(nobody);
    expect(textOf(taken)).to.equal('a1');
    expect(textOf(held.take('a'))).to.equal('');
  });

  it('drops the oldest of all topics when it is full; each is counted, and each topic has one gap', () => {
    const held = line(2);
    for (const message of [note('a', 1), note('b', 2), note('c', 3), note('a', 4), note('c', 5), note('a', 6)])
      held.hold(message);
    // a1, b2, c3 and a4 went.
    expect(lines).to.deep.equal(['heldOverflow', gap('a'), 'heldOverflow', gap('b'), 'heldOverflow', gap('c'), 'heldOverflow']);
    expect([textOf(held.take('c')), textOf(held.take('a'))]).to.deep.equal(['c5', 'a6']);
  });

  it('holds exactly maxHeld without a loss', () => {
    const held = line(2);
    held.hold(note('a', 1));
    held.hold(note('a', 2));
    expect(lines).to.deep.equal([]);
  });

  it('may hold nothing: then every one is a counted loss', () => {
    const held = line(0);
    held.hold(note('a', 1));
    expect(lines).to.deep.equal(['heldOverflow', gap('a')]);
    expect(textOf(held.take('a'))).to.equal('');
  });

  it('counts what is left when it is cleared, but not what a listener heard, and only once', () => {
    const held = line();
    for (const message of [note('a', 1), note('b', 2), note('a', 3)]) held.hold(message);
    held.clear((topic) => topic === 'b');
    held.clear(nobody);
    expect(lines).to.deep.equal(['unroutedNotification', 'unroutedNotification']);
  });

  it('tells of a further gap after it was cleared', () => {
    const held = line(1);
    for (const round of [1, 2]) {
      held.hold(note('a', round));
      held.hold(note('a', round));
      held.clear(() => true);
    }
    expect(lines).to.deep.equal(['heldOverflow', gap('a'), 'heldOverflow', gap('a')]);
  });
});
