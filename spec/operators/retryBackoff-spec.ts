import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import {
  BehaviorSubject,
  config,
  defer,
  map,
  merge,
  mergeMap,
  NEVER,
  Observable,
  of,
  Subject,
  take,
  takeUntil,
  throwError,
  timer,
} from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import sinon from 'sinon';
import { exponential } from '../../lib/backoff/exponential.js';
import { fixedDelays } from '../../lib/backoff/fixedDelays.js';
import type { BackoffContext } from '../../lib/backoff/strategy.js';
import { AuthenticationError, ConnectionLostError } from '../../lib/errors/gatewayErrors.js';
import type { GatewayEvent } from '../../lib/events/gatewayEvent.js';
import { type RetryPolicy, retryBackoff } from '../../lib/operators/retryBackoff.js';
import { longestDelay } from '../../lib/options/check.js';

describe('retryBackoff', () => {
  let rxTest: TestScheduler;
  /** What the operator reported, as `3: retrying 2 in 4`: at 3 ms, attempt 2 follows in 4 ms. */
  let lines: string[];
  let reported: GatewayEvent[];
  const events = {
    next: (event: GatewayEvent) => {
      const details = event.type === 'retrying' ? ` ${event.attempt} in ${event.delay}` : '';
      lines.push(`${rxTest.now()}: ${event.type}${details}`);
      reported.push(event);
    },
  };

  const two = fixedDelays([2]);
  const twoFour = fixedDelays([2, 4]);
  /** Subscribed to the first time it is the first source, the second time the second, and so on. */
  const inTurn = <T>(...sources: Observable<T>[]): Observable<T> => {
    let turn = 0;
    return defer(() => sources[turn++] ?? NEVER);
  };
  const failing = (error: unknown) => throwError(() => error);
  /** Emits at once, and is lost after `life` ms. */
  const session = (life: number) => merge(of('session'), timer(life).pipe(mergeMap(() => failing('lost'))));

  /** Runs until the policy gives up or nothing is left to do; the delays, and the numbers of the attempts that follow them. */
  const waitsOf = (source: Observable<unknown>, policy: RetryPolicy) => {
    rxTest.run(() => source.pipe(retryBackoff({ ...policy, events })).subscribe({ error: () => undefined }));
    const waits = reported.filter((event) => event.type === 'retrying');
    return { delays: waits.map(({ delay }) => delay), attempts: waits.map(({ attempt }) => attempt) };
  };

  /** What the stream errors with at once. */
  const problemOf = (source: Observable<unknown>, policy: RetryPolicy): unknown => {
    const error = sinon.spy();
    source
      .pipe(retryBackoff({ ...policy, events }))
      .subscribe({ error })
      .unsubscribe();
    sinon.assert.calledOnce(error);
    return error.firstCall.args[0];
  };

  beforeEach(() => {
    rxTest = new TestScheduler((actual, expected) => {
      expect(actual).to.deep.equal(expected);
    });
    lines = [];
    reported = [];
  });

  describe('without trouble', () => {
    it('never emits and never completes on a source that does not', () => {
      rxTest.run(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('-');
        const subs = '       ^';
        const expected = '   -';

        expectObservable(source.pipe(retryBackoff())).toBe(expected);
        expectSubscriptions(source.subscriptions).toBe(subs);
      });
    });

    it('completes with an empty source', () => {
      rxTest.run(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('|   ');
        const subs = '       (^!)';
        const expected = '   |   ';

        expectObservable(source.pipe(retryBackoff())).toBe(expected);
        expectSubscriptions(source.subscriptions).toBe(subs);
      });
    });

    it('emits the values of the source and completes with it', () => {
      rxTest.run(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('-a-b-(cd)-|');
        const subs = '       ^---------!';
        const expected = '   -a-b-(cd)-|';

        expectObservable(source.pipe(retryBackoff())).toBe(expected);
        expectSubscriptions(source.subscriptions).toBe(subs);
      });
    });

    it('unsubscribes from the source when it is unsubscribed from', () => {
      rxTest.run(({ hot, expectObservable, expectSubscriptions }) => {
        const source = hot(' -a-b-c-d-');
        const unsub = '      ----!    ';
        const subs = '       ^---!    ';
        const expected = '   -a-b-    ';

        expectObservable(source.pipe(retryBackoff({ events })), unsub).toBe(expected);
        expectSubscriptions(source.subscriptions).toBe(subs);
      });
      expect(lines).to.deep.equal([]);
    });

    it('ends everything when it is unsubscribed from within a value', () => {
      rxTest.run(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('-a-#  ');
        const subs = '       ^!    ';
        const expected = '   -(a|) ';

        expectObservable(source.pipe(retryBackoff({ events }), take(1))).toBe(expected);
        expectSubscriptions(source.subscriptions).toBe(subs);
      });
      expect(lines).to.deep.equal([]);
    });
  });

  describe('on an error', () => {
    it('waits, subscribes again, and errors when the attempts are used up', () => {
      rxTest.run(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('a--#            ');
        const subs = [
          '                  ^--!            ',
          '                  -----^--!       ',
          '                  ------------^--!',
        ];
        const expected = '   a----a------a--#';

        expectObservable(source.pipe(retryBackoff({ strategy: twoFour, maxAttempts: 3, events }))).toBe(expected);
        expectSubscriptions(source.subscriptions).toBe(subs);
      });
      expect(lines).to.deep.equal(['3: retrying 2 in 2', '8: retrying 3 in 4', '15: gaveUp']);
    });

    it('goes on without end by default, also when nothing was ever emitted', () => {
      rxTest.run(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('-#         ');
        const unsub = '      ----------!';
        const subs = [
          '                  ^!         ',
          '                  ---^!      ',
          '                  ------^!   ',
          '                  ---------^!',
        ];
        const expected = '   -----------';

        expectObservable(source.pipe(retryBackoff({ strategy: two })), unsub).toBe(expected);
        expectSubscriptions(source.subscriptions).toBe(subs);
      });
    });

    it('completes when a retried source does', () => {
      rxTest.run(({ cold, expectObservable }) => {
        const first = cold(' -a-#     ');
        const second = cold('     -b-|');
        const expected = '   -a----b-|';

        expectObservable(inTurn(first, second).pipe(retryBackoff({ strategy: two }))).toBe(expected);
      });
    });

    it('errors with the error of the last attempt', () => {
      rxTest.run(({ cold, expectObservable }) => {
        const first = cold(' -#    ', undefined, 'first');
        const second = cold('   -# ', undefined, 'second');
        const expected = '   ----# ';

        const retried = inTurn(first, second).pipe(retryBackoff({ strategy: two, maxAttempts: 2, events }));
        expectObservable(retried).toBe(expected, undefined, 'second');
      });
      expect(reported).to.deep.equal([
        { type: 'retrying', attempt: 2, delay: 2, cause: 'first' },
        { type: 'gaveUp', cause: 'second' },
      ]);
    });

    it('retries a source that errors synchronously, after its values', () => {
      rxTest.run(({ expectObservable }) => {
        const source = merge(of('a', 'b'), failing('boom'));
        const expected = '(ab)--(ab#)';

        expectObservable(source.pipe(retryBackoff({ strategy: fixedDelays([6]), maxAttempts: 2 }))).toBe(
          expected,
          undefined,
          'boom',
        );
      });
    });

    it('tears a source down before it subscribes again, and reports giving up before it errors', () => {
      const steps: string[] = [];
      const source = new Observable<never>((subscriber) => {
        steps.push('subscribed');
        subscriber.add(() => steps.push('torn down'));
        subscriber.error('boom');
      });
      const next = ({ type }: GatewayEvent) => steps.push(type);
      rxTest.run(() => {
        source
          .pipe(retryBackoff({ strategy: two, maxAttempts: 2, events: { next } }))
          .subscribe({ error: () => steps.push('error') });
      });
      expect(steps).to.deep.equal(['subscribed', 'retrying', 'torn down', 'subscribed', 'gaveUp', 'error', 'torn down']);
    });

    it('does not grow the stack over 5,000 failures without a wait', () => {
      let attempts = 0;
      const source = defer(() => failing(++attempts));
      waitsOf(source, { strategy: () => 0, maxAttempts: 5_000 });
      expect([attempts, lines.at(-1)]).to.deep.equal([5_000, '0: gaveUp']);
    });

    it('shares no state between two subscriptions', () => {
      rxTest.run(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('     a--#           ');
        const first = '           ^              ';
        const second = '          ------^        ';
        const subs = [
          '                       ^--!           ',
          '                       -----^--!      ',
          '                       ------^--!     ',
          '                       -----------^--!',
        ];
        const expectedFirst = '   a----a--#      ';
        const expectedSecond = '  ------a----a--#';

        const retried = source.pipe(retryBackoff({ strategy: twoFour, maxAttempts: 2 }));
        expectObservable(retried, first).toBe(expectedFirst);
        expectObservable(retried, second).toBe(expectedSecond);
        expectSubscriptions(source.subscriptions).toBe(subs);
      });
    });

    it('shares no state between two sources of one operator', () => {
      rxTest.run(({ cold, expectObservable }) => {
        const operator = retryBackoff<string>({ strategy: twoFour, maxAttempts: 2 });
        const first = cold(' a#     ');
        const second = cold('-b#    ');
        const expectedFirst = 'a--a#   ';
        const expectedSecond = '-b---b#';

        expectObservable(first.pipe(operator)).toBe(expectedFirst);
        expectObservable(second.pipe(operator)).toBe(expectedSecond);
      });
    });
  });

  describe('unsubscribing', () => {
    it('ends a wait and says so', () => {
      rxTest.run(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('a--#   ');
        const unsub = '      ----!  ';
        const subs = '       ^--!   ';
        const expected = '   a----  ';

        expectObservable(source.pipe(retryBackoff({ strategy: twoFour, events })), unsub).toBe(expected);
        expectSubscriptions(source.subscriptions).toBe(subs);
      });
      expect(lines).to.deep.equal(['3: retrying 2 in 2', '4: released']);
      expect(reported.at(-1)).to.deep.equal({ type: 'released' });
    });

    it('ends a retried source, and has no wait to report', () => {
      rxTest.run(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('a--#    ');
        const unsub = '      ------! ';
        const subs = ['      ^--!    ', '-----^!'];
        const expected = '   a----a--';

        expectObservable(source.pipe(retryBackoff({ strategy: twoFour, events })), unsub).toBe(expected);
        expectSubscriptions(source.subscriptions).toBe(subs);
      });
      expect(lines).to.deep.equal(['3: retrying 2 in 2']);
    });

    it('ends a later wait', () => {
      rxTest.run(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('a--#       ');
        const unsub = '      ----------!';
        const subs = ['      ^--!       ', '-----^--!'];
        const expected = '   a----a-----';

        expectObservable(source.pipe(retryBackoff({ strategy: twoFour, events })), unsub).toBe(expected);
        expectSubscriptions(source.subscriptions).toBe(subs);
      });
      expect(lines).to.deep.equal(['3: retrying 2 in 2', '8: retrying 3 in 4', '10: released']);
    });

    it('leaves no timer and no subscription to wake', () => {
      const clock = sinon.useFakeTimers();
      try {
        const wake = new Subject<void>();
        const subscription = failing('boom').pipe(retryBackoff({ wake })).subscribe();
        expect([clock.countTimers(), wake.observed]).to.deep.equal([1, true]);
        subscription.unsubscribe();
        expect([clock.countTimers(), wake.observed]).to.deep.equal([0, false]);
      } finally {
        clock.restore();
      }
    });

    for (const [kind, source] of [
      ['synchronous', failing('boom')],
      ['asynchronous', timer(5).pipe(mergeMap(() => failing('boom')))],
    ] as const)
      it(`on hearing of a wait ends it (${kind} source)`, () => {
        const clock = sinon.useFakeTimers();
        try {
          const stop = new Subject<void>();
          const types: string[] = [];
          const next = ({ type }: GatewayEvent) => {
            types.push(type);
            if (type === 'retrying') stop.next();
          };
          source.pipe(retryBackoff({ events: { next } }), takeUntil(stop)).subscribe();
          clock.tick(100_000);
          expect(types).to.deep.equal(['retrying', 'released']);
          expect(clock.countTimers()).to.equal(0);
        } finally {
          clock.restore();
        }
      });
  });

  describe('strategy, initialDelay, maxDelay, random', () => {
    it('has the defaults that it documents', () => {
      const contexts: BackoffContext[] = [];
      const strategy = (context: BackoffContext) => contexts.push(context);
      waitsOf(failing('boom'), { strategy, maxAttempts: 3 });
      const { random } = Math;
      expect(contexts).to.deep.equal([
        { attempt: 1, previous: 0, initialDelay: 1_000, maxDelay: 30_000, random },
        { attempt: 2, previous: 1, initialDelay: 1_000, maxDelay: 30_000, random },
      ]);
    });

    it('uses decorrelated jitter by default, and takes an undefined option for left out', () => {
      const policy = { strategy: undefined, initialDelay: undefined, maxDelay: undefined, wake: undefined, retryable: undefined };
      const { delays } = waitsOf(failing('boom'), { ...policy, random: () => 0.5, maxAttempts: 8 });
      expect(delays).to.deep.equal([2_000, 3_500, 5_750, 9_125, 14_187.5, 21_781.25, 30_000]);
    });

    it('hands initialDelay, maxDelay and random on', () => {
      const { delays } = waitsOf(failing('boom'), { initialDelay: 10, maxDelay: 35, random: () => 0.25, maxAttempts: 5 });
      expect(delays).to.deep.equal([15, 18.75, 21.5625, 23.671875]);
    });

    it('cuts at maxDelay what a strategy of the user asks for', () => {
      const { delays } = waitsOf(failing('boom'), { strategy: fixedDelays([100, 5_000]), maxDelay: 1_000, maxAttempts: 4 });
      expect(delays).to.deep.equal([100, 1_000, 1_000]);
    });

    for (const result of [NaN, Infinity, -1, undefined])
      it(`errors when the strategy returns ${result}`, () => {
        const failure = new Error('lost');
        const problem = problemOf(failing(failure), { strategy: () => result as number });
        expect(problem).to.be.instanceOf(TypeError);
        expect((problem as Error).message).to.match(/^retryBackoff: delay of strategy must be milliseconds/);
        expect(reported).to.deep.equal([{ type: 'gaveUp', cause: problem }]);
      });

    it('errors with what the strategy throws', () => {
      const thrown = new RangeError('no such delay');
      const strategy = () => {
        throw thrown;
      };
      expect(problemOf(failing('lost'), { strategy })).to.equal(thrown);
      expect(reported).to.deep.equal([{ type: 'gaveUp', cause: thrown }]);
    });
  });

  describe('maxElapsed', () => {
    it('makes the attempts that start in time', () => {
      rxTest.run(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('-#        ');
        const subs = ['      ^!', '---^!', '--------^!'];
        const expected = '   ---------#';

        expectObservable(source.pipe(retryBackoff({ strategy: twoFour, maxElapsed: 7 }))).toBe(expected);
        expectSubscriptions(source.subscriptions).toBe(subs);
      });
    });

    it('gives up at once rather than wait for an attempt that would start too late', () => {
      rxTest.run(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('-#   ');
        const subs = ['      ^!', '---^!'];
        const expected = '   ----#';

        expectObservable(source.pipe(retryBackoff({ strategy: twoFour, maxElapsed: 6, events }))).toBe(expected);
        expectSubscriptions(source.subscriptions).toBe(subs);
      });
      expect(lines).to.deep.equal(['1: retrying 2 in 2', '4: gaveUp']);
    });
  });

  describe('resetAfter', () => {
    const policy = { strategy: exponential, maxDelay: 1_000_000 };

    it('P27: a source that flaps ten times with one value each is retried ever more slowly', () => {
      const { delays, attempts } = waitsOf(session(100), { ...policy, maxAttempts: 11 });
      expect(delays).to.deep.equal([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000, 256_000, 512_000]);
      expect(attempts).to.deep.equal([2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    });

    it('P27: after a source that lived longer than resetAfter the delays start anew', () => {
      const flaps = Array.from({ length: 10 }, () => session(100));
      const { delays, attempts } = waitsOf(inTurn(...flaps, session(5_000), session(100)), policy);
      expect(delays.slice(-4)).to.deep.equal([256_000, 512_000, 1_000, 2_000]);
      expect(attempts.slice(-4)).to.deep.equal([10, 11, 1, 2]);
    });

    it('P27: living a moment less is not enough', () => {
      const { delays } = waitsOf(inTurn(session(100), session(4_999)), policy);
      expect(delays).to.deep.equal([1_000, 2_000]);
    });

    it('P27: a source that emitted nothing never resets, however long it took to fail', () => {
      const slow = timer(60_000).pipe(mergeMap(() => failing('no answer')));
      const { delays } = waitsOf(inTurn(session(100), slow, slow), policy);
      expect(delays).to.deep.equal([1_000, 2_000, 4_000]);
    });

    it('P27: the life counts from the last emission', () => {
      const busy = merge(timer(0, 1_000).pipe(map(String)), timer(7_900).pipe(mergeMap(() => failing('lost'))));
      expect(waitsOf(inTurn(session(1), busy), policy).delays).to.deep.equal([1_000, 2_000]);
    });

    it('gives a new row all its attempts', () => {
      const sources = [failing('lost'), session(5_000), failing('lost'), failing('last'), session(5_000)];
      waitsOf(inTurn<unknown>(...sources), { strategy: two, maxAttempts: 2 });
      expect(lines).to.deep.equal(['0: retrying 2 in 2', '5002: retrying 1 in 2', '5004: retrying 2 in 2', '5006: gaveUp']);
    });
  });

  describe('retryable', () => {
    const policy = { strategy: two, maxAttempts: 2 };

    for (const [name, error] of [
      ['a GatewayError that is retryable', new ConnectionLostError(1006, '', false)],
      ['a foreign error', new Error('foreign')],
      ['a foreign error whose retryable is no boolean', { retryable: 0 }],
      ['text', 'boom'],
      ['null', null],
      ['undefined', undefined],
    ] as const)
      it(`retries ${name} by default`, () => {
        expect(waitsOf(failing(error), policy).attempts).to.deep.equal([2]);
      });

    for (const [name, error] of [
      ['a GatewayError that is not retryable', new AuthenticationError('refused')],
      ['a foreign error that says so', { retryable: false }],
    ] as const)
      it(`errors at once with ${name} by default`, () => {
        expect(problemOf(failing(error), policy)).to.equal(error);
        expect(reported).to.deep.equal([{ type: 'gaveUp', cause: error }]);
      });

    it('asks a function instead, with the error', () => {
      const retryable = sinon.spy((error: unknown) => error === 'again');
      const final = new ConnectionLostError(1006, '', false);
      rxTest.run(({ cold, expectObservable, expectSubscriptions }) => {
        const first = cold(' a-#      ', undefined, 'again');
        const second = cold('    a-#  ', undefined, final);
        const subs = '       ----^-!  ';
        const expected = '   a---a-#  ';

        expectObservable(inTurn(first, second).pipe(retryBackoff({ strategy: two, retryable }))).toBe(expected, undefined, final);
        expectSubscriptions(second.subscriptions).toBe(subs);
      });
      expect(retryable.args).to.deep.equal([['again'], [final]]);
    });

    it('errors with what the function throws, unchanged', () => {
      const failure = new Error('lost');
      const thrown = new Error('broken predicate');
      const retryable = () => {
        throw thrown;
      };
      expect(problemOf(failing(failure), { retryable })).to.equal(thrown);
      expect(thrown).to.not.have.property('cause');
      expect(reported).to.deep.equal([{ type: 'gaveUp', cause: thrown }]);
    });
  });

  describe('advice', () => {
    it('waits as long as the error says, beyond maxDelay, and spreads the attempts', () => {
      const busy = new ConnectionLostError(1013, '', true, { retryAfter: 60_000, spread: 10_000 });
      const { delays } = waitsOf(inTurn(failing(busy), failing('lost')), { random: () => 0.5 });
      expect(delays).to.deep.equal([65_000, 3_500]);
      expect(lines).to.deep.equal(['0: retrying 2 in 65000', '65000: retrying 3 in 3500']);
    });

    it('does not shorten a wait', () => {
      const { delays } = waitsOf(inTurn(failing({ retryAfter: 5 })), { random: () => 0.5 });
      expect(delays).to.deep.equal([2_000]);
    });

    it('never asks for more than a timer keeps', () => {
      expect(waitsOf(inTurn(failing({ retryAfter: 1e15 })), {}).delays).to.deep.equal([longestDelay]);
    });
  });

  describe('wake', () => {
    const ten = fixedDelays([10]);

    it('ends a wait; emissions at other times count for nothing', () => {
      rxTest.run(({ cold, hot, expectObservable, expectSubscriptions }) => {
        const source = cold('a---#                  ');
        const wake = hot('   --w---w-w--------------');
        const wakeSubs = ['  ----^-!                ', '----------^---------!'];
        const unsub = '      ----------------------!';
        const subs = [
          '                  ^---!                  ',
          '                  ------^---!            ',
          '                  --------------------^-!',
        ];
        const expected = '   a-----a-------------a--';

        expectObservable(source.pipe(retryBackoff({ strategy: ten, wake, events })), unsub).toBe(expected);
        expectSubscriptions(source.subscriptions).toBe(subs);
        expectSubscriptions(wake.subscriptions).toBe(wakeSubs);
      });
      expect(lines).to.deep.equal(['4: retrying 2 in 10', '10: retrying 3 in 10']);
    });

    it('does not start the row anew', () => {
      const wake = new Subject<void>();
      const types: string[] = [];
      const next = (event: GatewayEvent) =>
        types.push(event.type === 'retrying' ? `${event.attempt} in ${event.delay}` : event.type);
      const subscription = failing('boom')
        .pipe(retryBackoff({ strategy: exponential, wake, events: { next } }))
        .subscribe();
      wake.next();
      wake.next();
      subscription.unsubscribe();
      expect(types).to.deep.equal(['2 in 1000', '3 in 2000', '4 in 4000', 'released']);
    });

    for (const [name, wake] of [
      ['replays on subscription', new BehaviorSubject('online')],
      ['emits synchronously and completes', of('online')],
    ] as const)
      it(`does not shorten a wait by a value that it ${name}`, () => {
        rxTest.run(({ cold, expectObservable }) => {
          const source = cold('a#              ');
          const expected = '   a----------a#   ';

          expectObservable(source.pipe(retryBackoff({ strategy: ten, wake, maxAttempts: 2 }))).toBe(expected);
        });
      });

    it('ends nothing by its completion', () => {
      rxTest.run(({ cold, expectObservable }) => {
        const source = cold('a#              ');
        const wake = cold('   -|             ');
        const expected = '   a----------a#   ';

        expectObservable(source.pipe(retryBackoff({ strategy: ten, wake, maxAttempts: 2 }))).toBe(expected);
      });
    });

    it('ends nothing by its error, which is an event', () => {
      rxTest.run(({ cold, expectObservable }) => {
        const source = cold('a#              ');
        const wake = cold('   -#             ', undefined, 'no such target');
        const expected = '   a----------a#   ';

        expectObservable(source.pipe(retryBackoff({ strategy: ten, wake, maxAttempts: 2, events }))).toBe(expected);
      });
      expect(lines).to.deep.equal(['1: retrying 2 in 10', '2: hookFailed', '12: gaveUp']);
      expect(reported[1]).to.deep.equal({ type: 'hookFailed', hook: 'wake', cause: 'no such target' });
    });
  });

  describe('events', () => {
    it('go on after an observer that throws, whose error is reported as unhandled', () => {
      const clock = sinon.useFakeTimers();
      const unhandled = sinon.spy();
      config.onUnhandledError = unhandled;
      try {
        const attempts = sinon.spy();
        const error = sinon.spy();
        const next = sinon.stub().throws(new Error('broken observer'));
        const source = defer(() => {
          attempts();
          return failing('boom');
        });
        source.pipe(retryBackoff({ strategy: two, maxAttempts: 2, events: { next } })).subscribe({ error });
        clock.tick(100);
        sinon.assert.calledTwice(attempts);
        sinon.assert.calledOnceWithExactly(error, 'boom');
        expect(unhandled.args.map(([problem]) => (problem as Error).message)).to.deep.equal([
          'broken observer',
          'broken observer',
        ]);
      } finally {
        config.onUnhandledError = null;
        clock.restore();
      }
    });
  });

  describe('an invalid option', () => {
    const rows: readonly [keyof RetryPolicy, unknown, typeof TypeError | typeof RangeError][] = [
      ['strategy', 'fibonacci', TypeError],
      ['strategy', null, TypeError],
      ['initialDelay', -1, RangeError],
      ['initialDelay', '1000', TypeError],
      ['initialDelay', Infinity, RangeError],
      ['maxDelay', -1, RangeError],
      ['maxDelay', NaN, TypeError],
      ['maxDelay', longestDelay + 1, RangeError],
      ['maxDelay', 999, RangeError],
      ['maxAttempts', 0, RangeError],
      ['maxAttempts', 2.5, TypeError],
      ['maxElapsed', -1, RangeError],
      ['maxElapsed', '1 h', TypeError],
      ['resetAfter', -1, RangeError],
      ['resetAfter', null, TypeError],
      ['random', 0.5, TypeError],
      ['retryable', true, TypeError],
      ['wake', 'online', TypeError],
      ['wake', null, TypeError],
      ['events', null, TypeError],
      ['events', {}, TypeError],
    ];
    for (const [name, value, type] of rows)
      it(`throws at the call: ${name} ${String(value)}`, () => {
        expect(() => retryBackoff({ [name]: value })).to.throw(type, new RegExp(`^retryBackoff: ${name}\\b`));
      });

    it('says that maxDelay lies below initialDelay', () => {
      expect(() => retryBackoff({ initialDelay: 60_000 })).to.throw(
        RangeError,
        /^retryBackoff: maxDelay must be milliseconds from 60000 to/,
      );
    });

    it('is not what the limits are', () => {
      const limits = { initialDelay: 0, maxDelay: 0, maxAttempts: 1, maxElapsed: 0, resetAfter: 0 };
      expect(problemOf(failing('boom'), limits)).to.equal('boom');
      const none = {
        initialDelay: longestDelay,
        maxDelay: longestDelay,
        maxAttempts: Infinity,
        maxElapsed: Infinity,
        resetAfter: Infinity,
      };
      expect(waitsOf(inTurn(failing('boom')), none).delays).to.deep.equal([longestDelay]);
    });
  });

  describe('P44: the recipes of the wild are not what it is made of', () => {
    const withoutComments = (code: string) => code.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
    const banned = (code: string) =>
      /\bretryWhen\b|\bextends\s+(WebSocketSubject|Subject|Observable)\b/.test(withoutComments(code));

    it('P44: the search finds code and not prose', () => {
      expect(banned("import { retryWhen } from 'rxjs';")).to.equal(true);
      expect(banned('class Socket<T> extends WebSocketSubject<T> {}')).to.equal(true);
      expect(banned('/** Since `retryWhen` is\n * deprecated (retryWhen). */ // retryWhen\nretry({ delay });')).to.equal(false);
    });

    it('P44: no file of lib uses retryWhen, or extends a class of rxjs', () => {
      const lib = new URL('../../lib/', import.meta.url);
      const files = readdirSync(lib, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
      expect(files).to.include('operators/retryBackoff.ts');
      expect(files.filter((file) => banned(readFileSync(new URL(file, lib), 'utf8')))).to.deep.equal([]);
    });
  });
});
