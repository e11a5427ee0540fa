import { expect } from 'chai';
import fc from 'fast-check';
import { concat, map, NEVER, type Observable, of, Subject, take, throwError, timer } from 'rxjs';
import { createCounters, drain, request, RequestFailedError, type RequestOptions, type Session, topic } from 'rxgate';
import type { HandlerContext } from '../../lib/server/handlerContext.js';
import { type FakeGateway, fakeGateway, fakeSession } from 'rxgate/testing';
import { byKind, frozenTime, tracing, virtualTime } from '../testing/virtualTime.js';
import { linesOf, pipelineTo, sights } from './pipelines.js';

const commands = {
  echo: (data: unknown) => data,
  slow: (data: unknown) => timer(5).pipe(map(() => data)),
  silent: () => NEVER,
  refuse: () => throwError(() => new RequestFailedError('refuse', 'NO', { why: 1 })),
  count: (n: number) => of(...Array.from({ length: n }, (_, i) => i)),
  ticks: () => timer(1, 1),
  sparse: () => concat(of(0), timer(20).pipe(map(() => 1))),
};

interface Setting {
  readonly gateway: FakeGateway;
  readonly session$: Observable<Session>;
  /** The same stream with its ledger. */
  readonly shared$: Observable<Session>;
  readonly abort: AbortController;
}

interface Row {
  readonly title: string;
  readonly ask: readonly [command: string, data?: unknown, options?: RequestOptions];
  readonly signal?: true;
  readonly before?: (setting: Setting) => void;
  readonly steps?: readonly [diagram: string, steps: Readonly<Record<string, (setting: Setting) => void>>];
  readonly unsub?: string;
  readonly expected: string;
  readonly values?: Record<string, unknown>;
  readonly error?: unknown;
  readonly sent: readonly string[];
}

const drop = { d: ({ gateway }: Setting) => gateway.drop() };
const refused = ({ gateway }: Setting) => gateway.refuse();
const kept = ({ shared$ }: Setting) => void shared$.subscribe({ error: () => undefined });

// Retries come 5 ms after a failure.
const rows: readonly Row[] = [
  {
    title: 'settles with a reply',
    ask: ['slow', 'r'],
    expected: '-----(r|)',
    sent: ['1 request slow'],
  },
  {
    title: 'settles with an error reply',
    ask: ['refuse'],
    expected: '#',
    error: 'requestFailed',
    sent: ['1 request refuse'],
  },
  {
    title: 'settles with a timeout, and cancels at the gateway',
    ask: ['silent', 0, { timeout: 7 }],
    expected: '-------#',
    error: 'requestTimeout',
    sent: ['1 request silent', '1 cancel'],
  },
  {
    title: 'counts the timeout from subscription, waiting included',
    before: refused,
    ask: ['silent', 0, { timeout: 7 }],
    expected: '-------#',
    error: 'requestTimeout',
    sent: ['1 request silent', '1 cancel'].map((line) => line.replace('1', '2')),
  },
  {
    title: 'times out while it waits, and sends nothing then or later',
    before: refused,
    ask: ['echo', 0, { timeout: 3 }],
    expected: '---#',
    error: 'requestTimeout',
    sent: [],
  },
  {
    title: 'waits for the next session',
    before: refused,
    ask: ['echo', 'r'],
    expected: '-----(r|)',
    sent: ['2 request echo'],
  },
  {
    title: 'is cancelled by unsubscribing',
    ask: ['slow', 'r'],
    unsub: '   --!',
    expected: '---',
    sent: ['1 request slow', '1 cancel'],
  },
  {
    title: 'sends nothing when it is cancelled while it waits',
    before: (setting) => {
      refused(setting);
      kept(setting);
    },
    ask: ['echo'],
    unsub: '   --!',
    expected: '---',
    sent: [],
  },
  {
    title: 'P33: fails when its session is lost, and is never sent again',
    before: kept,
    ask: ['slow', 'r'],
    steps: ['  --d', drop],
    expected: '--#',
    error: 'connectionLost',
    sent: ['1 request slow'],
  },
  {
    title: 'fails at once without a session, if it does not wait',
    ask: ['echo', 0, { whileDisconnected: 'fail' }],
    expected: '#',
    error: 'connectionLost',
    sent: [],
  },
  {
    title: 'streams until the gateway says it was the last',
    ask: ['count', 3, { stream: true }],
    expected: '(abc|)',
    values: { a: 0, b: 1, c: 2 },
    sent: ['1 request count'],
  },
  {
    title: 'streams nothing',
    ask: ['count', 0, { stream: true }],
    expected: '|',
    sent: ['1 request count'],
  },
  {
    title: 'cancels a stream by unsubscribing',
    ask: ['ticks', 0, { stream: true }],
    unsub: '   ---!',
    expected: '-ab-',
    values: { a: 0, b: 1 },
    sent: ['1 request ticks', '1 cancel'],
  },
  {
    title: 'counts the timeout of a stream to its first reply only',
    ask: ['sparse', 0, { stream: true, timeout: 7 }],
    expected: 'a 19ms (b|)',
    values: { a: 0, b: 1 },
    sent: ['1 request sparse'],
  },
  {
    title: 'times out on a stream without a first reply',
    ask: ['silent', 0, { stream: true, timeout: 7 }],
    expected: '-------#',
    error: 'requestTimeout',
    sent: ['1 request silent', '1 cancel'],
  },
  {
    title: 'fails a stream whose session is lost',
    before: kept,
    ask: ['ticks', 0, { stream: true }],
    steps: ['  --d', drop],
    expected: '-a#',
    values: { a: 0 },
    error: 'connectionLost',
    sent: ['1 request ticks'],
  },
  {
    title: 'takes the first value where one was asked for',
    ask: ['count', 3],
    expected: '(a|)',
    values: { a: 0 },
    sent: ['1 request count'],
  },
  {
    title: 'never times out with Infinity',
    ask: ['sparse', 0, { timeout: Infinity, stream: true }],
    expected: 'a 19ms (b|)',
    values: { a: 0, b: 1 },
    sent: ['1 request sparse'],
  },
  {
    title: 'is sent again if it is idempotent',
    ask: ['slow', 'r', { idempotent: true }],
    steps: ['  --d', drop],
    // Lost after 2 ms, sent again after 7, answered after 12.
    expected: '------------(r|)',
    sent: ['1 request slow', '2 request slow'],
  },
  {
    title: 'times out over all sendings',
    ask: ['slow', 'r', { idempotent: true, timeout: 9 }],
    steps: ['  --d', drop],
    expected: '---------#',
    error: 'requestTimeout',
    sent: ['1 request slow', '2 request slow', '2 cancel'],
  },
  {
    title: 'is not sent again when it is cancelled meanwhile',
    before: kept,
    ask: ['slow', 'r', { idempotent: true }],
    steps: ['  --d', drop],
    unsub: '   ----!',
    expected: '-----',
    sent: ['1 request slow'],
  },
  {
    title: 'fails with the reason of its signal, and cancels at the gateway',
    ask: ['silent'],
    signal: true,
    steps: ['  --a', { a: ({ abort }) => abort.abort('enough') }],
    expected: '--#',
    error: 'enough',
    sent: ['1 request silent', '1 cancel'],
  },
  {
    title: 'fails with the reason of its signal while it waits, and sends nothing',
    before: refused,
    ask: ['echo'],
    signal: true,
    steps: ['  --a', { a: ({ abort }) => abort.abort('enough') }],
    expected: '--#',
    error: 'enough',
    sent: [],
  },
  {
    title: 'does not begin when its signal is aborted already',
    before: ({ abort }) => abort.abort('enough'),
    ask: ['echo'],
    signal: true,
    expected: '#',
    error: 'enough',
    sent: [],
  },
  {
    title: 'fails when the application closes the session',
    before: ({ shared$ }) => void shared$.subscribe((session) => timer(2).subscribe(() => session.close())),
    ask: ['slow'],
    expected: '--#',
    error: 'gatewayClosed',
    sent: ['1 request slow'],
  },
  {
    title: 'fails when the application drains, while it waits',
    before: refused,
    ask: ['echo'],
    steps: ['  --d', { d: ({ shared$ }) => void drain(shared$).subscribe() }],
    expected: '--#',
    error: 'gatewayClosed',
    sent: [],
  },
  {
    title: 'fails with the final error of the stream',
    before: ({ gateway }) => gateway.refuse(1, { status: 403 }),
    ask: ['echo'],
    expected: '#',
    error: 'handshakeRejected',
    sent: [],
  },
  {
    title: 'fails alone when its data cannot be encoded',
    before: kept,
    ask: ['echo', 1n],
    expected: '#',
    error: 'malformedMessage',
    sent: [],
  },
];

describe('request', () => {
  for (const [sight, see] of sights)
    describe(sight, () => {
      for (const { title, ask, signal, before, steps, unsub, expected, values, error, sent } of rows)
        it(title, () => {
          virtualTime(({ acts, expectObservable, flush }) => {
            const gateway = fakeGateway({ commands });
            const shared$ = pipelineTo(gateway);
            const abort = new AbortController();
            const setting: Setting = { gateway, shared$, session$: see(shared$), abort };
            before?.(setting);
            if (steps) {
              const bound = Object.entries(steps[1]).map(([name, step]) => [name, () => step(setting)] as const);
              acts(steps[0], Object.fromEntries(bound));
            }
            const [command, data, options] = ask;
            const asked$ = setting.session$.pipe(request(command, data, { ...options, ...(signal && { signal: abort.signal }) }));

            // What was kept subscribed ends with the run, or its retries would go on for ever.
            timer(100).subscribe(() => drain(shared$).subscribe());
            expectObservable(byKind(asked$), unsub).toBe(expected, values, error);
            flush();
            expect(linesOf(gateway.sent)).to.deep.equal(sent);
          });
        });

      it('is cold: each subscription asks anew', () => {
        virtualTime(({ acts, flush }) => {
          const gateway = fakeGateway({ commands });
          const asked$ = see(pipelineTo(gateway)).pipe(request('echo', 1));
          const lines: string[] = [];
          const trace = tracing(lines);
          acts('ab', { a: () => asked$.subscribe(trace('a')), b: () => asked$.subscribe(trace('b')) });
          flush();
          expect(lines).to.deep.equal(['a 1', 'a |', 'b 1', 'b |']);
          expect(linesOf(gateway.sent)).to.deep.equal(['1 request echo', '2 request echo']);
        });
      });

      it('keeps its generated key over all sendings, each with an id of its own session', () => {
        virtualTime(({ acts, flush }) => {
          const gateway = fakeGateway({ commands, topics: { bars: () => NEVER } });
          const session$ = see(pipelineTo(gateway));
          const topics = session$.pipe(topic('bars')).subscribe();
          acts('-r-d 10ms u', {
            r: () => session$.pipe(request('slow', 1, { idempotent: true, random: () => Math.SQRT1_2 })).subscribe(),
            d: () => gateway.drop(),
            u: () => topics.unsubscribe(),
          });
          flush();
          const requests = gateway.sent.filter(({ kind }) => kind === 'request');
          expect(requests.map(({ connection }) => connection)).to.deep.equal([1, 2]);
          const keys = requests.map((message) => (message as { key?: string }).key);
          expect(keys[0]).to.be.a('string').with.length.above(10);
          expect(keys[1]).to.equal(keys[0]);
        });
      });

      it('uses the key that it is given', () => {
        virtualTime(({ flush }) => {
          const gateway = fakeGateway({ commands: { key: (_data: unknown, { key }: HandlerContext) => key } });
          const lines: string[] = [];
          see(pipelineTo(gateway))
            .pipe(request('key', 0, { idempotent: 'mine' }))
            .subscribe(tracing(lines)('reply'));
          flush();
          expect(lines).to.deep.equal(['reply mine', 'reply |']);
        });
      });

      it('generates a key for each subscription', () => {
        virtualTime(({ flush }) => {
          const gateway = fakeGateway({ commands });
          const asked$ = see(pipelineTo(gateway)).pipe(request('echo', 0, { idempotent: true }));
          asked$.subscribe();
          asked$.subscribe();
          flush();
          const keys = gateway.sent.map((message) => (message as { key?: string }).key);
          expect(new Set(keys).size).to.equal(2);
        });
      });

      it('lets a connection go that nothing else holds', () => {
        virtualTime(({ flush }) => {
          const gateway = fakeGateway({ commands });
          see(pipelineTo(gateway)).pipe(request('slow')).subscribe();
          flush();
          expect(gateway.closes).to.deep.equal([1000]);
          expect(gateway).to.include({ connections: 1, open: 0 });
        });
      });

      it('P34: a timeout is local: the others are answered on the same connection', () => {
        virtualTime(({ flush, now }) => {
          const gateway = fakeGateway({ commands });
          const session$ = see(pipelineTo(gateway));
          const lines: string[] = [];
          const trace = tracing(lines, now);
          session$.subscribe({ error: () => undefined });
          for (const [name, command, timeout] of [
            ['a', 'slow', 100],
            ['b', 'silent', 3],
            ['c', 'slow', 100],
          ] as const)
            session$.pipe(request(command, name, { timeout })).subscribe(trace(name));
          timer(40).subscribe(() => gateway.drop(1008));
          flush();
          expect(lines).to.deep.equal(['3 b! requestTimeout', '5 a a', '5 a |', '5 c c', '5 c |']);
          expect(gateway.connections).to.equal(1);
        });
      });

      it('asks within the reply to another', () => {
        virtualTime(({ flush }) => {
          const gateway = fakeGateway({ commands });
          const session$ = see(pipelineTo(gateway));
          const lines: string[] = [];
          const trace = tracing(lines);
          session$.pipe(request('echo', 'a')).subscribe(() => {
            session$.pipe(request('echo', 'b')).subscribe(trace('b'));
          });
          flush();
          expect(lines).to.deep.equal(['b b', 'b |']);
          expect(gateway.connections).to.equal(1);
        });
      });
    });

  describe('in line', () => {
    it('goes out in the order of subscription, after the topics and before the session is emitted', () => {
      virtualTime(({ flush }) => {
        const gateway = fakeGateway({ commands, topics: { bars: () => NEVER } });
        const session$ = pipelineTo(gateway);
        session$.pipe(take(1)).subscribe((session) => session.send('emitted'));
        for (const name of ['a', 'b', 'c']) session$.pipe(request(name)).subscribe({ error: () => undefined });
        session$.pipe(topic('bars')).subscribe({ error: () => undefined });
        timer(20).subscribe(() => gateway.drop(1008));
        flush();
        expect(linesOf(gateway.sent)).to.deep.equal([
          '1 subscribe bars',
          '1 request a',
          '1 request b',
          '1 request c',
          '1 send emitted',
        ]);
      });
    });

    it('is bounded: the newcomer fails, what waits is sent', () => {
      virtualTime(({ flush, now }) => {
        const gateway = fakeGateway({ commands });
        gateway.refuse();
        const session$ = pipelineTo(gateway, { maxWaiting: 2 });
        const lines: string[] = [];
        const trace = tracing(lines, now);
        for (const name of ['a', 'b', 'c']) session$.pipe(request('echo', name)).subscribe(trace(name));
        flush();
        expect(lines).to.deep.equal(['0 c! outboxOverflow', '5 a a', '5 a |', '5 b b', '5 b |']);
      });
    });

    it('has a free place again when one that waits is cancelled', () => {
      virtualTime(({ flush }) => {
        const gateway = fakeGateway({ commands });
        gateway.refuse();
        const session$ = pipelineTo(gateway, { maxWaiting: 1 });
        const lines: string[] = [];
        session$.subscribe({ error: () => undefined });
        session$.pipe(request('echo', 'a')).subscribe().unsubscribe();
        session$.pipe(request('echo', 'b')).subscribe(tracing(lines)('b'));
        timer(20).subscribe(() => gateway.drop(1008));
        flush();
        expect(lines).to.deep.equal(['b b', 'b |']);
      });
    });

    it('does not leave behind what is asked for while the line goes out', () => {
      virtualTime(({ flush, now }) => {
        const gateway = fakeGateway({ commands });
        const lines: string[] = [];
        const trace = tracing(lines, now);
        const ask = (name: string) => session$.pipe(request('echo', name)).subscribe(trace(name));
        const events = {
          next: ({ type }: { type: string }) => {
            if (type === 'resumed') ask('b');
          },
        };
        const session$ = pipelineTo(gateway, { events });
        ask('a');
        flush();
        expect(lines).to.deep.equal(['0 a a', '0 a |', '0 b b', '0 b |']);
      });
    });
  });

  describe('on a session in memory', () => {
    frozenTime();

    it('P33: catches a reply that comes in the turn in which it was sent', () => {
      const lines: string[] = [];
      const counters = createCounters();
      const answering = fakeSession({
        counters,
        protocol: {
          name: 'eager',
          client: () => ({
            encode: ({ kind }) => {
              if (kind === 'request') answering.receive({ kind: 'reply', id: 1, data: 'r', last: true });
              return undefined;
            },
            decode: () => [],
          }),
        },
      });
      answering.session$.pipe(request('x')).subscribe(tracing(lines)('x'));
      expect(lines).to.deep.equal(['x r', 'x |']);
      expect(counters.pending).to.equal(0);
      expect(counters.replyTime.percentile(1)).to.be.below(1);
    });

    it('drops and counts replies that are late, double or unknown', () => {
      const counters = createCounters();
      const { session, receive } = fakeSession({ counters });
      const replies: unknown[] = [];
      session.request('a').subscribe((reply) => replies.push(reply));
      session.request('b').subscribe().unsubscribe();
      for (const id of [1, 1, 2, 99, '1']) receive({ kind: 'reply', id, data: id, last: true });
      receive({ kind: 'failure', id: 1, code: 'NO' });
      expect(replies).to.deep.equal([1]);
      expect(counters.drops.unmatchedReply).to.equal(5);
      expect(counters.pending).to.equal(0);
    });

    it('says of a failure what the gateway said', () => {
      const { session, receive } = fakeSession();
      let error: unknown;
      session.request('orders.place').subscribe({ error: (problem: unknown) => (error = problem) });
      receive({ kind: 'failure', id: 1, code: 42, message: 'too many', data: { limit: 5 }, retryAfter: 100 });
      expect(error).to.include({ command: 'orders.place', code: 42, detail: 'too many', retryable: true, retryAfter: 100 });
      expect(error).to.have.property('data').that.deep.equals({ limit: 5 });
    });

    it('says of a timeout how long it was', () => {
      virtualTime(({ flush }) => {
        let error: unknown;
        fakeSession()
          .session.request('slow', 0, { timeout: 7 })
          .subscribe({ error: (problem: unknown) => (error = problem) });
        flush();
        expect(error).to.include({ command: 'slow', timeout: 7, retryable: true });
      });
    });

    it('settles each of many exactly once, whatever happens', () => {
      const seed = 20_261_120;
      const step = fc.oneof(
        fc.record({ kind: fc.constant('ask' as const), timeout: fc.integer({ min: 1, max: 30 }), idempotent: fc.boolean() }),
        fc.record({ kind: fc.constantFrom('drop' as const, 'refuse' as const, 'cancel' as const, 'wait' as const) }),
      );
      const property = fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        virtualTime(({ flush }) => {
          const counters = createCounters();
          const gateway = fakeGateway({ commands });
          const shared$ = pipelineTo(gateway, {}, { counters });
          const keep = shared$.subscribe({ error: () => undefined });
          const settled: number[] = [];
          const subscriptions: { unsubscribe(): void; index: number }[] = [];
          const act = (current: (typeof steps)[number]): void => {
            if (current.kind === 'drop') gateway.drop();
            if (current.kind === 'refuse') gateway.refuse();
            if (current.kind === 'cancel') {
              const last = subscriptions.pop();
              if (last && settled[last.index] === 0) settled[last.index] = 1;
              last?.unsubscribe();
            }
            if (current.kind !== 'ask') return;
            const index = settled.push(0) - 1;
            const settle = () => settled[index]!++;
            const { timeout, idempotent } = current;
            const subscription = shared$
              .pipe(request(index % 3 ? 'slow' : 'silent', index, { timeout, idempotent }))
              .subscribe({ error: settle, complete: settle });
            subscriptions.push({ unsubscribe: () => subscription.unsubscribe(), index });
          };
          steps.forEach((current, index) => timer(index).subscribe(() => act(current)));
          timer(500).subscribe(() => keep.unsubscribe());
          flush();
          expect(settled.every((count) => count === 1)).to.equal(true);
          expect(counters.pending).to.equal(0);
        });
      });
      fc.assert(property, { seed, numRuns: 60 });
    });

    describe('an invalid option', () => {
      const invalid: readonly [string, unknown[], typeof TypeError | typeof RangeError, RegExp][] = [
        ['an empty command', [''], TypeError, /command/],
        ['a negative timeout', ['x', 0, { timeout: -1 }], RangeError, /timeout/],
        ['a timeout of 0', ['x', 0, { timeout: 0 }], RangeError, /timeout/],
        ['a timeout in text', ['x', 0, { timeout: '1 s' }], TypeError, /timeout/],
        ['another word for whileDisconnected', ['x', 0, { whileDisconnected: 'drop' }], TypeError, /whileDisconnected/],
        ['idempotent with stream', ['x', 0, { idempotent: true, stream: true }], TypeError, /idempotent/],
        ['a random that is a number', ['x', 0, { random: 0.5 }], TypeError, /random/],
      ];
      for (const [title, args, type, message] of invalid)
        it(`is refused at the call: ${title}`, () => {
          const call = (request as (...args: unknown[]) => unknown).bind(undefined, ...args);
          expect(call).to.throw(type, message);
        });
    });

    it('leaves a listener of its signal behind in no case', () => {
      const abort = new AbortController();
      const listeners = new Set<unknown>();
      const { signal } = abort;
      const add = signal.addEventListener.bind(signal);
      const remove = signal.removeEventListener.bind(signal);
      Object.assign(signal, {
        addEventListener: (type: string, listener: () => void) => {
          listeners.add(listener);
          add(type, listener);
        },
        removeEventListener: (type: string, listener: () => void) => {
          listeners.delete(listener);
          remove(type, listener);
        },
      });
      const { session, receive } = fakeSession();
      const ended = new Subject<void>();
      session.request('a', 0, { signal }).subscribe();
      session.request('b', 0, { signal }).subscribe({ error: () => ended.next() });
      session.request('c', 0, { signal }).subscribe().unsubscribe();
      expect(listeners.size).to.equal(2);
      receive({ kind: 'reply', id: 1, last: true });
      receive({ kind: 'failure', id: 2, code: 'NO' });
      expect(listeners.size).to.equal(0);
    });
  });
});
