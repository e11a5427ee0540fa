import { expect } from 'chai';
import { sessionLink } from '../../lib/connection/sessionLink.js';
import type { TopicSink } from '../../lib/connection/wireTopics.js';
import { concat, NEVER, of } from 'rxjs';
import { createCounters, type GatewayError, type GatewayEvent, notifications } from 'rxgate';
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
      next: (data, { position }) => lines.push(`${name} ${String(data)}${position ? ` at ${position.offset}` : ''}`),
      error: (error) => lines.push(`${name}! ${(error as GatewayError).kind}`),
      complete: () => lines.push(`${name} ended`),
    });
    /** Joins; returns how to leave. */
    const join = (key: string, name: string, params: unknown, to: TopicSink) => {
      topics.join({ key, name, params: () => (typeof params === 'function' ? (params as () => unknown)() : params) }, to);
      return () => topics.leave(key, to);
    };
    const kinds = () => fake.sent.map(({ kind }) => kind);
    return { ...fake, topics, join, lines, counters, sink, kinds };
  };

  it('are one subscription for each key, with one deadline', () => {
    const { join, sink, kinds } = setting();
    const leave = ['a', 'b'].map((name) => join('key', 'bars', undefined, sink(name)));
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
    const { join, sink, lines, receive, sent } = setting();
    join('bars {"a":1}', 'bars', { a: 1 }, sink('a'));
    const leave = join('bars {"a":2}', 'bars', { a: 2 }, sink('b'));
    receive(confirm(1, 'bars'));
    receive(confirm(2, 'bars'));
    receive(note('bars', 1));
    leave();
    receive(note('bars', 2));
    expect(lines).to.deep.equal(['a 1', 'b 1', 'a 2']);
    expect(sent.at(-1)).to.deep.equal({ kind: 'unsubscribe', id: 2, topic: 'bars' });
  });

  it('end when their end overtakes the confirmation, after what was held', () => {
    const { join, sink, lines, receive } = setting();
    join('k', 'bars', undefined, sink('a'));
    receive(note('bars', 1));
    receive({ kind: 'ended', topic: 'bars' });
    receive(confirm(1, 'bars'));
    expect(lines).to.deep.equal(['a 1', 'a ended']);
  });

  it('count an end that belongs to none of them, also one that was held', () => {
    const { join, sink, counters, receive } = setting();
    receive({ kind: 'ended', topic: 'bars' });
    join('k', 'bars', undefined, sink('a'));
    receive({ kind: 'ended', topic: 'ticks' });
    receive(confirm(1, 'bars'));
    expect(counters.drops.unmatchedConfirmation).to.equal(2);
  });

  it('ask for their params once for each wire subscription', () => {
    const { join, sink, sent } = setting();
    let asked = 0;
    const params = () => ({ asked: ++asked });
    const leave = ['a', 'b', 'c'].map((name) => join('k', 'bars', params, sink(name)));
    for (const each of leave) each();
    join('k', 'bars', params, sink('d'));
    const subscribes = sent.filter((message) => message.kind === 'subscribe');
    expect(subscribes.map((message) => message.params)).to.deep.equal([{ asked: 1 }, { asked: 2 }]);
  });

  it('report a gap for each time that too much was held', () => {
    const gaps: string[] = [];
    const events = { next: (event: { type: string; topic?: string }) => event.type === 'gap' && gaps.push(event.topic ?? '') };
    const { join, sink, receive } = setting({ events, maxHeld: 1 });
    for (const id of [1, 2]) {
      const leave = join('k', 'bars', undefined, sink('a'));
      receive(note('bars', 1));
      receive(note('bars', 2));
      receive(confirm(id, 'bars'));
      leave();
    }
    expect(gaps).to.deep.equal(['bars', 'bars']);
  });

  it('end with the refusal of one that was confirmed, found by its id', () => {
    const events: GatewayEvent[] = [];
    const { join, sink, lines, receive, kinds, counters } = setting({ events: { next: (event) => events.push(event) } });
    join('k', 'bars', undefined, sink('a'));
    join('l', 'ticks', undefined, sink('b'));
    receive(confirm(1, 'bars'));
    receive(confirm(2, 'ticks'));
    receive({ kind: 'refusal', id: 2, code: 'CRASHED', message: 'the producer is gone' });
    receive(note('bars', 1));
    receive(note('ticks', 2));
    expect(lines).to.deep.equal(['b! subscriptionRejected', 'a 1']);
    // It is the gateway that ended it: there is nothing to take back.
    expect(kinds()).to.deep.equal(['subscribe', 'subscribe']);
    expect(counters.drops).to.include({ unmatchedConfirmation: 0, unroutedNotification: 1 });
    expect(events.at(-2)).to.deep.equal({ type: 'refused', session: 1, topic: 'ticks', code: 'CRASHED' });
    receive(confirm(1, 'rods'));
    receive(note('rods', 2));
    expect(counters.drops).to.include({ unmatchedConfirmation: 1, unroutedNotification: 2 });
    // A second refusal, a late confirmation and an error reply have nobody left.
    receive({ kind: 'refusal', id: 2, code: 'CRASHED' });
    receive(confirm(2, 'ticks'));
    receive({ kind: 'failure', id: 1, code: 'ERROR' });
    expect(counters.drops).to.include({ unmatchedConfirmation: 3, unmatchedReply: 1 });
    receive(note('bars', 3));
    expect(lines.at(-1)).to.equal('a 3');
  });

  it('are unsubscribed by a refusal of which more is to come, confirmed or not', () => {
    const { join, sink, sent, receive, lines } = setting();
    for (const name of ['a', 'b', 'c']) join(name, name, undefined, sink(name));
    receive(confirm(1, 'A'));
    receive({ kind: 'refusal', id: 1, code: 'NO', last: false });
    receive({ kind: 'refusal', id: 2, code: 'NO', last: false });
    receive({ kind: 'refusal', id: 3, code: 'NO', last: true });
    expect(sent.slice(3)).to.deep.equal([
      { kind: 'unsubscribe', id: 1, topic: 'A' },
      { kind: 'unsubscribe', id: 2, topic: 'b' },
    ]);
    expect(lines).to.deep.equal(['a! subscriptionRejected', 'b! subscriptionRejected', 'c! subscriptionRejected']);
  });

  for (const retryable of [true, false, undefined])
    it(`make an error of a refusal that is retryable: ${String(retryable)}`, () => {
      const errors: GatewayError[] = [];
      const { join, receive } = setting();
      join('k', 'bars', undefined, {
        next: () => undefined,
        error: (error) => errors.push(error as GatewayError),
        complete: () => undefined,
      });
      receive({ kind: 'refusal', id: 1, code: 'BUSY', message: 'not now', data: 3, retryable });
      expect(errors[0]).to.include({ retryable: retryable === true, code: 'BUSY', detail: 'not now', data: 3 });
    });

  it('pass the position on', () => {
    const { join, sink, lines, receive } = setting();
    join('k', 'bars', undefined, sink('a'));
    receive(confirm(1, 'bars'));
    receive({ kind: 'notification', topic: 'bars', data: 1, position: { epoch: 'e', offset: 7 } });
    expect(lines).to.deep.equal(['a 1 at 7']);
  });

  it('deliver what was held also when a sink leaves in the middle', () => {
    const { join, sink, lines, receive } = setting();
    const leave = join('k', 'bars', undefined, {
      ...sink('a'),
      next: (data) => {
        lines.push(`a ${String(data)}`);
        leave();
      },
    });
    join('k', 'bars', undefined, sink('b'));
    receive(note('bars', 1));
    receive(note('bars', 2));
    receive(confirm(1, 'bars'));
    expect(lines).to.deep.equal(['a 1', 'b 1', 'b 2']);
  });

  it('give a delivery to those who were there when it began', () => {
    const { join, sink, lines, receive } = setting();
    join('k', 'bars', undefined, {
      ...sink('a'),
      next: (data) => {
        lines.push(`a ${String(data)}`);
        if (data === 1) join('k', 'bars', undefined, sink('late'));
      },
    });
    receive(confirm(1, 'bars'));
    receive(note('bars', 1));
    receive(note('bars', 2));
    expect(lines).to.deep.equal(['a 1', 'a 2', 'late 2']);
  });

  it('end for all keys of the name', () => {
    const { join, sink, lines, receive } = setting();
    join('k1', 'bars', undefined, sink('a'));
    join('k2', 'bars', undefined, sink('b'));
    receive(confirm(1, 'bars'));
    receive(confirm(2, 'bars'));
    receive({ kind: 'ended', topic: 'bars' });
    receive(note('bars', 1));
    expect(lines).to.deep.equal(['a ended', 'b ended']);
  });

  it('can be subscribed anew after a refusal, an end and a leave, each with a new id', () => {
    const { join, sink, receive, sent } = setting();
    const again = () => join('k', 'bars', undefined, sink('a'));
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
    const { join, sink, lines, receive } = setting();
    join('k', 'bars', undefined, {
      ...sink('a'),
      error: () => {
        join('k', 'bars', undefined, sink('b'));
      },
    });
    receive({ kind: 'refusal', id: 1, code: 'NO' });
    receive(confirm(2, 'bars'));
    receive(note('bars', 1));
    expect(lines).to.deep.equal(['b 1']);
  });

  it('are lost with the session, which is told once and apart from them, and nothing is sent any more', () => {
    const { topics, join, sink, lines, drop, kinds } = setting();
    topics.lost.subscribe(() => lines.push('lost'));
    const leave = join('k', 'bars', undefined, sink('a'));
    drop();
    leave();
    expect(lines).to.deep.equal(['lost']);
    expect(kinds()).to.deep.equal(['subscribe']);
    expect(time.timers).to.equal(0);
  });

  it('register nothing that could not be sent', () => {
    const { join, sink, lines, receive, counters } = setting();
    expect(() => join('k', 'bars', 1n, sink('a'))).to.throw();
    receive(note('bars', 1));
    receive(confirm(1, 'bars'));
    expect(lines).to.deep.equal([]);
    expect(counters.drops).to.include({ unroutedNotification: 1, unmatchedConfirmation: 1 });
  });

  it('do not count as dropped what a listener heard while it was held', () => {
    const { join, session, sink, receive, counters } = setting();
    concat(of(session), NEVER).pipe(notifications('bars')).subscribe();
    const leave = join('k', 'news', undefined, sink('a'));
    receive(note('bars', 1));
    leave();
    expect(counters.drops.unroutedNotification).to.equal(0);
  });

  it('report a gap again for a topic that is held anew', () => {
    const gaps: string[] = [];
    const events = { next: (event: { type: string; topic?: string }) => event.type === 'gap' && gaps.push(event.topic ?? '') };
    const { join, sink, receive } = setting({ maxHeld: 1, events });
    for (const id of [1, 2]) {
      join('k', 'bars', undefined, sink('a'));
      for (const data of [1, 2, 3]) receive(note('bars', data));
      receive({ kind: 'refusal', id, code: 'NO' });
    }
    expect(gaps).to.deep.equal(['bars', 'bars']);
  });

  it('keep names apart, __proto__ among them', () => {
    const { join, sink, lines, receive, counters } = setting();
    for (const [index, name] of ['__proto__', 'a', 'toString'].entries()) {
      join(name, name, undefined, sink(name));
      receive(confirm(index + 1, name));
    }
    for (const name of ['__proto__', 'a', 'constructor', 'toString']) receive(note(name, 1));
    expect(lines).to.deep.equal(['__proto__ 1', 'a 1', 'toString 1']);
    expect(counters.drops.unroutedNotification).to.equal(1);
  });

  it('reach all sinks of all keys of a name in order, as they come and go', () => {
    const { join, sink, lines, receive } = setting();
    const leave = ['a', 'b', 'c'].map((name) => join(name === 'c' ? 'k2' : 'k1', 'bars', undefined, sink(name)));
    receive(confirm(1, 'bars'));
    receive(confirm(2, 'bars'));
    for (const [data, leaver] of [0, 2, 1].entries()) {
      receive(note('bars', data));
      leave[leaver]?.();
    }
    receive(note('bars', 3));
    expect(lines).to.deep.equal(['a 0', 'b 0', 'c 0', 'b 1', 'c 1', 'b 2']);
  });

  it('may be joined twice by one sink, which hears all once', () => {
    const { join, sink, lines, receive, kinds } = setting();
    const one = sink('a');
    join('k', 'bars', undefined, one);
    const leave = join('k', 'bars', undefined, one);
    receive(confirm(1, 'bars'));
    receive(note('bars', 1));
    leave();
    expect(lines).to.deep.equal(['a 1']);
    expect(kinds()).to.deep.equal(['subscribe', 'unsubscribe']);
  });

  it('are not left by who joined and was refused before', () => {
    const { join, sink, lines, receive, kinds } = setting();
    const leave = join('k', 'bars', undefined, sink('a'));
    receive({ kind: 'refusal', id: 1, code: 'NO' });
    join('k', 'bars', undefined, sink('b'));
    leave();
    receive(confirm(2, 'bars'));
    receive(note('bars', 1));
    expect(lines).to.deep.equal(['a! subscriptionRejected', 'b 1']);
    expect(kinds()).to.deep.equal(['subscribe', 'subscribe']);
  });

  it('hear what was held in order and once, each what is its own', () => {
    const { join, sink, lines, receive, counters } = setting();
    for (const name of ['a', 'b', 'c']) join(name, name, undefined, sink(name));
    for (const message of [note('a', 1), note('b', 2), note('a', 3)]) receive(message);
    for (const [index, name] of ['a', 'c', 'b'].entries()) receive(confirm([1, 3, 2][index] ?? 0, name));
    receive(note('a', 4));
    expect(lines).to.deep.equal(['a 1', 'a 3', 'b 2', 'a 4']);
    expect(counters.drops.unroutedNotification).to.equal(0);
  });

  it('lose the oldest of all names when too much is held; each is counted, and each name has one gap', () => {
    const events: string[] = [];
    const next = (event: GatewayEvent) => {
      if (event.type === 'gap') events.push(`gap ${event.session} ${event.topic}`);
      if (event.type === 'dropped') events.push(event.reason);
    };
    const { join, sink, lines, receive } = setting({ maxHeld: 2, events: { next } });
    for (const name of ['a', 'c']) join(name, name, undefined, sink(name));
    const all = [note('a', 1), note('b', 2), note('c', 3), note('a', 4), note('c', 5), note('a', 6)];
    for (const message of all) receive(message);
    expect(events).to.deep.equal([
      ...['heldOverflow', 'gap 1 a', 'heldOverflow', 'gap 1 b', 'heldOverflow', 'gap 1 c', 'heldOverflow'],
    ]);
    receive(confirm(2, 'c'));
    receive(confirm(1, 'a'));
    expect(lines).to.deep.equal(['c 5', 'a 6']);
  });

  it('are counted, what was held for nobody, once and however it ends', () => {
    for (const end of ['confirm', 'leave', 'drop'] as const) {
      const { join, sink, receive, counters, drop } = setting();
      const leave = join('k', 'bars', undefined, sink('a'));
      for (const data of [1, 2]) receive(note('ticks', data));
      expect(counters.drops.unroutedNotification).to.equal(0);
      if (end === 'confirm') receive(confirm(1, 'bars'));
      else if (end === 'leave') leave();
      else drop();
      expect(counters.drops.unroutedNotification).to.equal(2);
    }
  });

  it('keep the connection while they tell of their end, and are forgotten before it', () => {
    const { session, join, sink, lines, receive } = setting();
    sessionLink(session).holder = {
      hold: () => lines.push('hold'),
      release: () => lines.push('release'),
      forget: (key) => lines.push(`forget ${key}`),
    };
    join('k', 'bars', undefined, sink('a'));
    receive({ kind: 'refusal', id: 1, code: 'NO' });
    expect(lines).to.deep.equal(['hold', 'forget k', 'a! subscriptionRejected', 'release']);
  });
});
