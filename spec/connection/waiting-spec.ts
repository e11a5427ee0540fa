import { expect } from 'chai';
import { map, NEVER, timer } from 'rxjs';
import { createCounters, type RequestOptions } from 'rxgate';
import type { MessageId, Protocol } from 'rxgate/protocols';
import { type FakeSession, fakeSession } from 'rxgate/testing';
import { requestSpec } from '../../lib/connection/requestSpec.js';
import { waitingOf } from '../../lib/connection/waiting.js';
import { frozenTime, tracing, virtualTime } from '../testing/virtualTime.js';

/** A wire without ids: the n-th reply answers the n-th request. A reply of `!` is an error reply. */
const inOrder: Protocol = {
  name: 'inOrder',
  correlation: 'order',
  client: () => {
    const asked: MessageId[] = [];
    return {
      encode: (message) => {
        if (message.kind !== 'request') return undefined;
        asked.push(message.id);
        return message.command;
      },
      decode: (frame) => {
        const id = asked.shift();
        if (id === undefined) return { kind: 'other', body: frame };
        return frame === '!' ? { kind: 'failure', id, code: 'NO' } : { kind: 'reply', id, data: frame, last: true };
      },
    };
  },
};

interface Scene {
  readonly diagram: string;
  /** `receive` says what comes; `ask` asks. */
  readonly steps: (
    fake: FakeSession,
    ask: (name: string, options?: RequestOptions) => { unsubscribe(): void },
  ) => Record<string, () => void>;
}

const play = ({ diagram, steps }: Scene, protocol: Protocol = inOrder): string[] => {
  const lines: string[] = [];
  virtualTime(({ acts, flush, now }) => {
    const trace = tracing(lines, now);
    const fake = fakeSession({ protocol });
    fake.session$.pipe(map(() => 'open')).subscribe(trace('session'));
    const ask = (name: string, options?: RequestOptions) => fake.session.request(name, 0, options).subscribe(trace(name));
    acts(diagram, steps(fake, ask));
    timer(90).subscribe(() => fake.session.close());
    flush();
  });
  // Every scene opens, and what is still open in the end is closed.
  expect(lines.shift()).to.equal('0 session open');
  return lines.filter((line) => line !== '90 session |');
};

describe('a protocol without ids', () => {
  const five = { timeout: 5 };
  const rows: readonly (readonly [title: string, scene: Scene, lines: readonly string[]])[] = [
    [
      'finds the request of a reply by its order',
      {
        diagram: '(ab)-x-y',
        steps: ({ receive }, ask) => ({ a: () => ask('a'), b: () => ask('b'), x: () => receive('1'), y: () => receive('2') }),
      },
      ['5 a 1', '5 a |', '7 b 2', '7 b |'],
    ],
    [
      'does not give the late reply of a request that timed out to the next one',
      {
        diagram: 'a-----b-x-y',
        steps: ({ receive }, ask) => ({
          a: () => ask('a', five),
          b: () => ask('b'),
          x: () => receive('late'),
          y: () => receive('2'),
        }),
      },
      ['5 a! requestTimeout', '10 b 2', '10 b |'],
    ],
    [
      'does not give the late error reply of it to the next one',
      {
        diagram: 'a-----b-x-y',
        steps: ({ receive }, ask) => ({
          a: () => ask('a', five),
          b: () => ask('b'),
          x: () => receive('!'),
          y: () => receive('2'),
        }),
      },
      ['5 a! requestTimeout', '10 b 2', '10 b |'],
    ],
    [
      'does not give the late reply of a cancelled request to the next one',
      {
        diagram: 'ab-x-y',
        steps: ({ receive }, ask) => ({
          a: () => ask('a').unsubscribe(),
          b: () => ask('b'),
          x: () => receive('late'),
          y: () => receive('2'),
        }),
      },
      ['5 b 2', '5 b |'],
    ],
    [
      'ends the session when a place is not cleared within a second timeout: all that waits is lost',
      { diagram: 'ab', steps: (_fake, ask) => ({ a: () => ask('a', five), b: () => ask('b') }) },
      ['5 a! requestTimeout', '10 b! connectionLost', '10 session! requestTimeout'],
    ],
    [
      'ends the session a timeout after a request was cancelled, too',
      { diagram: '-a', steps: (_fake, ask) => ({ a: () => ask('a', five).unsubscribe() }) },
      ['6 session! requestTimeout'],
    ],
    [
      'keeps the session when the place was cleared in time',
      { diagram: 'a-------x', steps: ({ receive }, ask) => ({ a: () => ask('a', five), x: () => receive('late') }) },
      ['5 a! requestTimeout'],
    ],
    [
      'keeps the place of a request without a timeout for as long as it takes',
      {
        diagram: 'ab- 30ms x-y',
        steps: ({ receive }, ask) => ({
          a: () => ask('a', { timeout: Infinity }).unsubscribe(),
          b: () => ask('b', { timeout: 80 }),
          x: () => receive('late'),
          y: () => receive('2'),
        }),
      },
      ['35 b 2', '35 b |'],
    ],
    [
      'takes a reply to nothing for what the protocol makes of it',
      { diagram: '-x', steps: ({ receive }) => ({ x: () => receive('1') }) },
      [],
    ],
  ];
  for (const [title, scene, lines] of rows)
    it(title, () => {
      expect(play(scene)).to.deep.equal(lines);
    });
});

describe('the requests of a session', () => {
  const time = frozenTime();

  it('leave no timer behind, whoever hears of the end', () => {
    const { session, drop } = fakeSession({ protocol: inOrder });
    const cancelled = session.request('a').subscribe();
    session.request('b').subscribe({ error: () => cancelled.unsubscribe() });
    session.topic('t').subscribe({ complete: () => cancelled.unsubscribe() });
    expect(time.timers).to.equal(1);
    drop();
    expect(time.timers).to.equal(0);
  });

  it('have one timer for all of them', () => {
    const { session } = fakeSession();
    const lines: string[] = [];
    for (const timeout of [30, 10, 20]) session.request('x', 0, { timeout }).subscribe(tracing(lines)(`${timeout}`));
    expect(time.timers).to.equal(1);
    time.tick(15);
    expect(lines).to.deep.equal(['10! requestTimeout']);
    time.tick(15);
    expect(lines).to.deep.equal(['10! requestTimeout', '20! requestTimeout', '30! requestTimeout']);
    expect(time.timers).to.equal(0);
  });

  it('are counted once, also when an abandoned one is answered late with an error', () => {
    const counters = createCounters();
    const { session, receive } = fakeSession({ counters, protocol: inOrder });
    session.request('a').subscribe().unsubscribe();
    session.request('b').subscribe();
    receive('!');
    expect(counters.pending).to.equal(1);
    expect(counters.drops.unmatchedReply).to.equal(1);
  });

  it('are counted, and none is left when they are settled', () => {
    const counters = createCounters();
    const { session, receive, drop } = fakeSession({ counters });
    const quiet = { error: () => undefined };
    for (const name of ['a', 'b', 'c', 'd']) session.request(name).subscribe(quiet);
    const cancelled = session.request('e').subscribe(quiet);
    expect(counters.pending).to.equal(5);
    receive({ kind: 'reply', id: 1, last: true });
    receive({ kind: 'failure', id: 2, code: 'NO' });
    cancelled.unsubscribe();
    expect(counters.pending).to.equal(2);
    drop();
    expect(counters.pending).to.equal(0);
  });

  it('are cancelled by an error reply of which more is to come, before the application hears of it', () => {
    const { session, sent, receive } = fakeSession();
    const kinds = () => sent.map(({ kind }) => kind);
    const seen: unknown[] = [];
    session.request('a', 0, { stream: true }).subscribe({ error: () => seen.push(kinds()) });
    session.request('b').subscribe({ error: () => seen.push(kinds()) });
    receive({ kind: 'failure', id: 1, code: 'NO', last: false });
    receive({ kind: 'failure', id: 2, code: 'NO', last: true });
    expect(seen).to.deep.equal([
      ['request', 'request', 'cancel'],
      ['request', 'request', 'cancel'],
    ]);
    expect(sent[2]).to.deep.equal({ kind: 'cancel', id: 1 });
  });

  it('have ids that count up, shared with subscribes, and never used twice', () => {
    const { session, sent, receive } = fakeSession();
    session.request('a').subscribe();
    session.topic('t').subscribe();
    receive({ kind: 'reply', id: 1, last: true });
    session.request('b').subscribe();
    expect(sent.map((message) => (message as { id?: MessageId }).id)).to.deep.equal([1, 2, 3]);
  });

  it('cancel at the gateway what was to be one reply and is many', () => {
    const { session, sent, receive } = fakeSession();
    const lines: string[] = [];
    session.request('a').subscribe(tracing(lines)('a'));
    receive({ kind: 'reply', id: 1, data: 1, last: false });
    expect(lines).to.deep.equal(['a 1', 'a |']);
    expect(sent.at(-1)).to.deep.equal({ kind: 'cancel', id: 1 });
  });

  it('tell an undefined last reply of a stream from an end without a value', () => {
    const { session, receive } = fakeSession();
    const lines: unknown[] = [];
    const keep = (name: string) => ({ next: (value: unknown) => lines.push([name, value]), complete: () => lines.push(name) });
    session.request('a', 0, { stream: true }).subscribe(keep('a'));
    session.request('b').subscribe(keep('b'));
    receive({ kind: 'reply', id: 1, data: null, last: false });
    receive({ kind: 'reply', id: 1, last: true });
    receive({ kind: 'reply', id: 2, last: true });
    expect(lines).to.deep.equal([['a', null], 'a', ['b', undefined], 'b']);
  });

  it('do not cancel when they were never sent', () => {
    const { session, sent } = fakeSession();
    const lines: string[] = [];
    session.request('a', 1n).subscribe(tracing(lines)('a'));
    expect(lines).to.deep.equal(['a! malformedMessage']);
    expect(sent).to.deep.equal([]);
  });

  it('fail at once on a session that is over', () => {
    const { session, drop } = fakeSession();
    drop();
    const lines: string[] = [];
    session.request('a').subscribe(tracing(lines)('a'));
    expect(lines).to.deep.equal(['a! connectionLost']);
  });

  it('record the time to their first reply', () => {
    const counters = createCounters();
    let clock = 0;
    const { session, receive } = fakeSession({ counters, clock: () => clock });
    session.request('a', 0, { stream: true }).subscribe();
    clock = 300;
    receive({ kind: 'reply', id: 1, data: 1, last: false });
    clock = 90_000;
    receive({ kind: 'reply', id: 1, data: 2, last: false });
    expect(counters.replyTime.count).to.equal(1);
    expect(counters.replyTime.percentile(1)).to.be.closeTo(300, 30);
  });

  it('are checked at the call, before anything is subscribed or sent', () => {
    const { session, sent } = fakeSession();
    expect(() => session.request('')).to.throw(TypeError, /^request: command/);
    expect(() => session.request('x', 0, { timeout: 0 })).to.throw(RangeError, /^request: timeout/);
    expect(() => session.request('x', 0, { stream: true, idempotent: true })).to.throw(TypeError, /^request: idempotent/);
    session.request('x');
    expect(sent).to.deep.equal([]);
  });

  it('ask anew, under another id, for each subscription', () => {
    const { session, receive, sent } = fakeSession();
    const lines: string[] = [];
    const asked = session.request('x');
    for (const name of ['a', 'b']) asked.subscribe(tracing(lines)(name));
    expect(sent.map((message) => (message as { id?: MessageId }).id)).to.deep.equal([1, 2]);
    receive({ kind: 'reply', id: 2, data: 'second', last: true });
    expect(lines).to.deep.equal(['b second', 'b |']);
  });

  it('cancel once when they are unsubscribed from, and not at all once they are settled', () => {
    const { session, receive, sent } = fakeSession();
    const [left, answered] = [session.request('x').subscribe(), session.request('x').subscribe()];
    receive({ kind: 'reply', id: 2, data: 0, last: true });
    for (const subscription of [left, left, answered]) subscription.unsubscribe();
    expect(sent.slice(2)).to.deep.equal([{ kind: 'cancel', id: 1 }]);
  });

  it('fail with their session, idempotent or not: this session is the only one that they know', () => {
    const { session, drop, sent } = fakeSession();
    const lines: string[] = [];
    session.request('x', 0, { idempotent: true }).subscribe(tracing(lines)('a'));
    session.request('x').subscribe(tracing(lines)('b'));
    drop();
    session.request('x', 0, { whileDisconnected: 'wait' }).subscribe(tracing(lines)('late'));
    expect(lines).to.deep.equal(['a! connectionLost', 'b! connectionLost', 'late! connectionLost']);
    expect(sent).to.have.length(2);
  });

  it('are counted once where the end of one makes another leave', () => {
    const counters = createCounters();
    const { session, drop } = fakeSession({ counters });
    const lines: string[] = [];
    session.request('a').subscribe({ error: () => left.unsubscribe() });
    const left = session.request('b').subscribe(tracing(lines)('b'));
    drop();
    expect([counters.pending, lines]).to.deep.equal([0, []]);
  });
});

describe('the signal of a request', () => {
  frozenTime();

  it('errors it with its reason, and cancels; aborted before, nothing is sent', () => {
    const { session, sent } = fakeSession();
    const lines: string[] = [];
    const abort = new AbortController();
    session.request('x', 0, { signal: abort.signal }).subscribe(tracing(lines)('a'));
    abort.abort('enough');
    session.request('x', 0, { signal: abort.signal }).subscribe(tracing(lines)('b'));
    expect(lines).to.deep.equal(['a! enough', 'b! enough']);
    expect(sent.map(({ kind }) => kind)).to.deep.equal(['request', 'cancel']);
  });

  it('leaves what it aborts, in the same turn', () => {
    virtualTime(({ acts, cold, expectObservable, expectSubscriptions }) => {
      const abort = new AbortController();
      const source = cold('-a-b-c-');
      const subs = '       ^---!  ';
      acts('               ----x', { x: () => abort.abort('why') });
      const expected = '   -a-b#';

      const spec = requestSpec('request', 'x', 0, { signal: abort.signal });
      expectObservable(waitingOf(spec, ({ subscriber }) => source.subscribe(subscriber))).toBe(expected, undefined, 'why');
      expectSubscriptions(source.subscriptions).toBe(subs);
    });
  });

  it('is let go when the request settles', () => {
    const { signal } = new AbortController();
    let listeners = 0;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    Object.assign(signal, {
      addEventListener: (type: 'abort', listener: () => void) => (listeners++, add(type, listener)),
      removeEventListener: (type: 'abort', listener: () => void) => (listeners--, remove(type, listener)),
    });
    const spec = requestSpec('request', 'x', 0, { signal });
    const left = waitingOf(spec, () => NEVER.subscribe()).subscribe();
    waitingOf(spec, ({ subscriber }) => subscriber.complete()).subscribe();
    expect(listeners).to.equal(1);
    left.unsubscribe();
    expect(listeners).to.equal(0);
  });

  it('has a reason of its own where none is given', () => {
    let error: unknown;
    waitingOf(requestSpec('request', 'x', 0, { signal: AbortSignal.abort() }), () => undefined).subscribe({
      error: (problem: unknown) => (error = problem),
    });
    expect((error as Error).name).to.equal('AbortError');
  });
});
