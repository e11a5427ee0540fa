import { expect } from 'chai';
import { sessionLink } from '../../lib/connection/sessionLink.js';
import type { TopicSink } from '../../lib/connection/wireTopics.js';
import { createCounters } from 'rxgate';
import type { Message } from 'rxgate/protocols';
import { fakeSession, type FakeSessionOptions } from 'rxgate/testing';
import { frozenTime } from '../testing/virtualTime.js';

const confirm = (id: number, topic: string): Message => ({ kind: 'confirmation', id, topic });
const note = (topic: string, data: unknown): Message => ({ kind: 'notification', topic, data });

describe('the topics of a session on the wire', () => {
  const time = frozenTime();
  const setting = (options: FakeSessionOptions = {}) => {
    const lines: string[] = [];
    const counters = createCounters();
    const fake = fakeSession({ counters, ...options });
    const { topics } = sessionLink(fake.session);
    const sink = (name: string): TopicSink => ({
      next: (data, position) => lines.push(`${name} ${String(data)}${position ? ` at ${position.offset}` : ''}`),
      refused: (error) => lines.push(`${name}! ${error.kind}`),
      ended: () => lines.push(`${name} ended`),
      lost: () => lines.push(`${name} lost`),
    });
    const kinds = () => fake.sent.map(({ kind }) => kind);
    return { ...fake, topics, lines, counters, sink, kinds };
  };

  it('are one subscription for each key, with one deadline', () => {
    const { topics, sink, kinds } = setting();
    const leave = ['a', 'b'].map((name) => topics.subscribe('key', 'bars', undefined, sink(name)));
    expect(kinds()).to.deep.equal(['subscribe']);
    expect(time.timers).to.equal(1);
    leave[0]?.();
    leave[0]?.();
    expect(kinds()).to.deep.equal(['subscribe']);
    leave[1]?.();
    leave[1]?.();
    expect(kinds()).to.deep.equal(['subscribe', 'unsubscribe']);
  });

  it('are two subscriptions for two keys of one name, and both hear it', () => {
    const { topics, sink, lines, receive, sent } = setting();
    topics.subscribe('bars {"a":1}', 'bars', { a: 1 }, sink('a'));
    const leave = topics.subscribe('bars {"a":2}', 'bars', { a: 2 }, sink('b'));
    receive(confirm(1, 'bars'));
    receive(confirm(2, 'bars'));
    receive(note('bars', 1));
    leave();
    receive(note('bars', 2));
    expect(lines).to.deep.equal(['a 1', 'b 1', 'a 2']);
    expect(sent.at(-1)).to.deep.equal({ kind: 'unsubscribe', id: 2, topic: 'bars' });
  });

  it('end when their end overtakes the confirmation, after what was held', () => {
    const { topics, sink, lines, receive } = setting();
    topics.subscribe('k', 'bars', undefined, sink('a'));
    receive(note('bars', 1));
    receive({ kind: 'ended', topic: 'bars' });
    receive(confirm(1, 'bars'));
    expect(lines).to.deep.equal(['a 1', 'a ended']);
  });

  it('count an end that belongs to none of them, also one that was held', () => {
    const { topics, sink, counters, receive } = setting();
    receive({ kind: 'ended', topic: 'bars' });
    topics.subscribe('k', 'bars', undefined, sink('a'));
    receive({ kind: 'ended', topic: 'ticks' });
    receive(confirm(1, 'bars'));
    expect(counters.drops.unmatchedConfirmation).to.equal(2);
  });

  it('ask for their params once for each wire subscription', () => {
    const { topics, sink, sent } = setting();
    let asked = 0;
    const params = () => ({ asked: ++asked });
    const leave = ['a', 'b', 'c'].map((name) => topics.subscribe('k', 'bars', params, sink(name)));
    for (const each of leave) each();
    topics.subscribe('k', 'bars', params, sink('d'));
    const subscribes = sent.filter((message) => message.kind === 'subscribe');
    expect(subscribes.map((message) => message.params)).to.deep.equal([{ asked: 1 }, { asked: 2 }]);
  });

  it('report a gap for each time that too much was held', () => {
    const gaps: string[] = [];
    const events = { next: (event: { type: string; topic?: string }) => event.type === 'gap' && gaps.push(event.topic ?? '') };
    const { topics, sink, receive } = setting({ events, maxHeld: 1 });
    for (const id of [1, 2]) {
      const leave = topics.subscribe('k', 'bars', undefined, sink('a'));
      receive(note('bars', 1));
      receive(note('bars', 2));
      receive(confirm(id, 'bars'));
      leave();
    }
    expect(gaps).to.deep.equal(['bars', 'bars']);
  });

  it('pass the position on', () => {
    const { topics, sink, lines, receive } = setting();
    topics.subscribe('k', 'bars', undefined, sink('a'));
    receive(confirm(1, 'bars'));
    receive({ kind: 'notification', topic: 'bars', data: 1, position: { epoch: 'e', offset: 7 } });
    expect(lines).to.deep.equal(['a 1 at 7']);
  });

  it('deliver what was held also when a sink leaves in the middle', () => {
    const { topics, sink, lines, receive } = setting();
    const leave = topics.subscribe('k', 'bars', undefined, {
      ...sink('a'),
      next: (data) => {
        lines.push(`a ${String(data)}`);
        leave();
      },
    });
    topics.subscribe('k', 'bars', undefined, sink('b'));
    receive(note('bars', 1));
    receive(note('bars', 2));
    receive(confirm(1, 'bars'));
    expect(lines).to.deep.equal(['a 1', 'b 1', 'b 2']);
  });

  it('give a delivery to those who were there when it began', () => {
    const { topics, sink, lines, receive } = setting();
    topics.subscribe('k', 'bars', undefined, {
      ...sink('a'),
      next: (data) => {
        lines.push(`a ${String(data)}`);
        if (data === 1) topics.subscribe('k', 'bars', undefined, sink('late'));
      },
    });
    receive(confirm(1, 'bars'));
    receive(note('bars', 1));
    receive(note('bars', 2));
    expect(lines).to.deep.equal(['a 1', 'a 2', 'late 2']);
  });

  it('end for all keys of the name', () => {
    const { topics, sink, lines, receive } = setting();
    topics.subscribe('k1', 'bars', undefined, sink('a'));
    topics.subscribe('k2', 'bars', undefined, sink('b'));
    receive(confirm(1, 'bars'));
    receive(confirm(2, 'bars'));
    receive({ kind: 'ended', topic: 'bars' });
    receive(note('bars', 1));
    expect(lines).to.deep.equal(['a ended', 'b ended']);
  });

  it('can be subscribed anew after a refusal, an end and a leave, each with a new id', () => {
    const { topics, sink, receive, sent } = setting();
    const again = () => topics.subscribe('k', 'bars', undefined, sink('a'));
    again();
    receive({ kind: 'refusal', id: 1, code: 'NO' });
    again();
    receive(confirm(2, 'bars'));
    receive({ kind: 'ended', topic: 'bars' });
    again()();
    again();
    const ids = sent.filter(({ kind }) => kind === 'subscribe').map((message) => (message as { id: number }).id);
    expect(ids).to.deep.equal([1, 2, 3, 4]);
  });

  it('are subscribed anew by who hears of a refusal, at once', () => {
    const { topics, sink, lines, receive } = setting();
    topics.subscribe('k', 'bars', undefined, {
      ...sink('a'),
      refused: () => {
        topics.subscribe('k', 'bars', undefined, sink('b'));
      },
    });
    receive({ kind: 'refusal', id: 1, code: 'NO' });
    receive(confirm(2, 'bars'));
    receive(note('bars', 1));
    expect(lines).to.deep.equal(['b 1']);
  });

  it('are lost with the session, each told once, and nothing is sent any more', () => {
    const { topics, sink, lines, drop, kinds } = setting();
    const leave = topics.subscribe('k', 'bars', undefined, sink('a'));
    drop();
    leave();
    expect(lines).to.deep.equal(['a lost']);
    expect(kinds()).to.deep.equal(['subscribe']);
    expect(time.timers).to.equal(0);
  });

  it('register nothing that could not be sent', () => {
    const { topics, sink, lines, receive, counters } = setting();
    expect(() => topics.subscribe('k', 'bars', 1n, sink('a'))).to.throw();
    receive(note('bars', 1));
    receive(confirm(1, 'bars'));
    expect(lines).to.deep.equal([]);
    expect(counters.drops).to.include({ unroutedNotification: 1, unmatchedConfirmation: 1 });
  });

  it('do not count as dropped what a listener heard while it was held', () => {
    const { topics, sink, receive, counters } = setting();
    topics.listen('bars', () => undefined);
    const leave = topics.subscribe('k', 'news', undefined, sink('a'));
    receive(note('bars', 1));
    leave();
    expect(counters.drops.unroutedNotification).to.equal(0);
  });

  it('report a gap again for a topic that is held anew', () => {
    const gaps: string[] = [];
    const events = { next: (event: { type: string; topic?: string }) => event.type === 'gap' && gaps.push(event.topic ?? '') };
    const { topics, sink, receive } = setting({ maxHeld: 1, events });
    for (const id of [1, 2]) {
      topics.subscribe('k', 'bars', undefined, sink('a'));
      for (const data of [1, 2, 3]) receive(note('bars', data));
      receive({ kind: 'refusal', id, code: 'NO' });
    }
    expect(gaps).to.deep.equal(['bars', 'bars']);
  });
});
