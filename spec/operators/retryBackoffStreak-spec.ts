import { expect } from 'chai';
import { Observable, Subject, type Subscriber } from 'rxjs';
import sinon from 'sinon';
import type { BackoffContext } from '../../lib/backoff/strategy.js';
import type { GatewayEvent } from '../../lib/events/gatewayEvent.js';
import { type RetryPolicy, retryBackoff } from '../../lib/operators/retryBackoff.js';
import { longestDelay } from '../../lib/options/check.js';

const rules = (changes: RetryPolicy = {}): RetryPolicy => ({
  strategy: ({ attempt }) => attempt * 100,
  initialDelay: 100,
  maxDelay: 10_000,
  random: () => 0.5,
  ...changes,
});

let clock: sinon.SinonFakeTimers;

/** One subscription of `retryBackoff`, told when its source emits and fails. It never waits: it is woken. */
const createStreak = (policy: RetryPolicy) => {
  const wake = new Subject<void>();
  let attempt: Subscriber<string> | undefined;
  let last: GatewayEvent | undefined;
  let problem: unknown;
  new Observable<string>((subscriber) => {
    attempt = subscriber;
  })
    .pipe(retryBackoff({ ...policy, wake, events: { next: (event) => (last = event) } }))
    .subscribe({ error: (error: unknown) => (problem = error) });
  return {
    emitted(now: number): void {
      clock.setSystemTime(now);
      attempt?.next('value');
    },
    /** The number of the next attempt and the wait before it, or `undefined` if there is none. */
    failed(failure: unknown, now: number): { attempt: number; delay: number } | undefined {
      clock.setSystemTime(now);
      attempt?.error(failure);
      if (last?.type === 'retrying') {
        const { attempt: next, delay } = last;
        wake.next();
        return { attempt: next, delay };
      }
      expect(last).to.deep.equal({ type: 'gaveUp', cause: problem });
      if (problem !== failure) throw problem as Error;
      return undefined;
    },
  };
};

describe('retryBackoff, attempt by attempt', () => {
  beforeEach(() => {
    clock = sinon.useFakeTimers();
  });
  afterEach(() => {
    clock.restore();
  });

  it('numbers the next attempt from 2, and asks the strategy for the first retry with 1', () => {
    const contexts: BackoffContext[] = [];
    const strategy = (context: BackoffContext) => {
      contexts.push(context);
      return 70 + context.attempt;
    };
    const streak = createStreak(rules({ strategy }));
    expect(streak.failed('a', 0)).to.deep.equal({ attempt: 2, delay: 71 });
    expect(streak.failed('b', 1)).to.deep.equal({ attempt: 3, delay: 72 });
    expect(
      contexts.map(({ attempt, previous, initialDelay, maxDelay }) => [attempt, previous, initialDelay, maxDelay]),
    ).to.deep.equal([
      [1, 0, 100, 10_000],
      [2, 71, 100, 10_000],
    ]);
  });

  it('cuts the delay and the previous delay at maxDelay', () => {
    const previous: number[] = [];
    const strategy = (context: BackoffContext) => {
      previous.push(context.previous);
      return 20_000;
    };
    const streak = createStreak(rules({ strategy }));
    expect([streak.failed('a', 0)?.delay, streak.failed('b', 1)?.delay]).to.deep.equal([10_000, 10_000]);
    expect(previous).to.deep.equal([0, 10_000]);
  });

  describe('resetAfter', () => {
    /** Fails at 0 and 1, then emits at `emittedAt` and fails at `failedAt`. */
    const afterTwoFailures = (resetAfter: number, emittedAt: number | undefined, failedAt: number) => {
      const strategy = ({ attempt, previous }: BackoffContext) => attempt * 100 + previous / 100;
      const streak = createStreak(rules({ strategy, resetAfter }));
      streak.failed('a', 0);
      streak.failed('b', 1);
      if (emittedAt !== undefined) streak.emitted(emittedAt);
      return streak.failed('c', failedAt);
    };
    const goesOn = { attempt: 4, delay: 302.01 };
    const startsAnew = { attempt: 1, delay: 100 };

    it('starts anew from a failure that long after the last emission', () => {
      expect(afterTwoFailures(5_000, 1_000, 6_000)).to.deep.equal(startsAnew);
    });

    it('goes on from a failure a moment earlier', () => {
      expect(afterTwoFailures(5_000, 1_000, 5_999)).to.deep.equal(goesOn);
    });

    it('goes on after any time without an emission', () => {
      expect(afterTwoFailures(5_000, undefined, 1e9)).to.deep.equal(goesOn);
    });

    it('never starts anew with Infinity, and after any emission with 0', () => {
      expect(afterTwoFailures(Infinity, 1_000, 1e9)).to.deep.equal(goesOn);
      expect(afterTwoFailures(0, 1_000, 1_000)).to.deep.equal(startsAnew);
    });

    it('counts from the last emission, not from the first', () => {
      const streak = createStreak(rules());
      streak.failed('a', 0);
      streak.emitted(1_000);
      streak.emitted(4_000);
      expect(streak.failed('b', 8_999)?.attempt).to.equal(3);
    });

    it('does not count an emission of an earlier attempt', () => {
      const streak = createStreak(rules());
      streak.emitted(0);
      expect(streak.failed('short session', 100)?.attempt).to.equal(2);
      expect(streak.failed('slow refusal', 20_000)?.attempt).to.equal(3);
    });

    it('numbers on from the attempt after the reset', () => {
      const streak = createStreak(rules());
      streak.emitted(0);
      expect([streak.failed('a', 5_000), streak.failed('b', 5_001)]).to.deep.equal([
        { attempt: 1, delay: 100 },
        { attempt: 2, delay: 200 },
      ]);
    });

    it('is not misled by a clock that goes back', () => {
      const streak = createStreak(rules({ maxElapsed: 1_000 }));
      streak.emitted(50_000);
      expect(streak.failed('a', 0)?.attempt).to.equal(2);
      expect(streak.failed('b', -50_000)?.attempt).to.equal(3);
    });
  });

  describe('maxAttempts', () => {
    it('ends the row when so many attempts were made, the first included', () => {
      const streak = createStreak(rules({ maxAttempts: 3 }));
      expect([streak.failed('a', 0)?.attempt, streak.failed('b', 1)?.attempt, streak.failed('c', 2)]).to.deep.equal([
        2,
        3,
        undefined,
      ]);
    });

    it('gives a new row as many attempts', () => {
      const streak = createStreak(rules({ maxAttempts: 2 }));
      expect(streak.failed('a', 0)?.attempt).to.equal(2);
      streak.emitted(0);
      expect(streak.failed('b', 5_000)?.attempt).to.equal(1);
      expect(streak.failed('c', 5_001)?.attempt).to.equal(2);
      expect(streak.failed('d', 5_002)).to.equal(undefined);
    });
  });

  describe('maxElapsed', () => {
    const strategy = () => 100;

    it('allows an attempt that starts just in time, and none a moment later', () => {
      const streak = createStreak(rules({ strategy, maxElapsed: 1_000 }));
      expect(streak.failed('a', 50)).to.not.equal(undefined);
      expect(streak.failed('b', 950)).to.not.equal(undefined);
      expect(streak.failed('c', 951)).to.equal(undefined);
    });

    it('counts from the first failure of the new row after a reset', () => {
      const streak = createStreak(rules({ strategy, maxElapsed: 1_000 }));
      streak.failed('a', 0);
      streak.emitted(500);
      expect(streak.failed('b', 20_000)).to.deep.equal({ attempt: 1, delay: 100 });
      expect(streak.failed('c', 20_900)).to.deep.equal({ attempt: 2, delay: 100 });
      expect(streak.failed('d', 20_901)).to.equal(undefined);
    });

    it('counts an advised wait too', () => {
      const streak = createStreak(rules({ strategy, maxElapsed: 1_000 }));
      expect(streak.failed({ retryAfter: 1_001 }, 0)).to.equal(undefined);
    });
  });

  describe('advice', () => {
    const rows: readonly [string, unknown, number][] = [
      ['longer than the strategy says is waited', { retryAfter: 400 }, 400],
      ['shorter than the strategy says changes nothing', { retryAfter: 40 }, 100],
      ['is spread by a random share', { retryAfter: 400, spread: 1_000 }, 900],
      ['of 0 ms is spread as well', { retryAfter: 0, spread: 1_000 }, 500],
      ['is not cut at maxDelay', { retryAfter: 60_000 }, 60_000],
      ['is cut at the longest delay of a timer', { retryAfter: 1e12 }, longestDelay],
      ['together with its spread is cut there too', { retryAfter: longestDelay, spread: longestDelay }, longestDelay],
      ['without end is cut there too', { retryAfter: Infinity, spread: Infinity }, longestDelay],
      ['in text is no advice', { retryAfter: '400' }, 100],
      ['that is not a number is no advice', { retryAfter: NaN }, 100],
      ['that is negative changes nothing', { retryAfter: -400 }, 100],
      ['with a spread that is no number is not spread', { retryAfter: 400, spread: '1000' }, 400],
      ['with a negative spread is not spread', { retryAfter: 400, spread: -1_000 }, 400],
      ['of a spread alone is no advice', { spread: 1_000 }, 100],
      ['cannot come from null', null, 100],
      ['cannot come from undefined', undefined, 100],
      ['cannot come from text', 'retryAfter', 100],
    ];
    for (const [name, failure, delay] of rows)
      it(`advice ${name}`, () => {
        expect(createStreak(rules()).failed(failure, 0)?.delay).to.equal(delay);
      });

    it('does not enter the previous delay', () => {
      const streak = createStreak(rules({ strategy: ({ previous }) => previous + 100 }));
      expect([streak.failed({ retryAfter: 60_000 }, 0)?.delay, streak.failed('b', 60_001)?.delay]).to.deep.equal([60_000, 200]);
    });
  });

  for (const result of [NaN, Infinity, -1, undefined, '10'])
    it(`throws a TypeError that names the strategy when it returns ${String(result)}`, () => {
      const streak = createStreak(rules({ strategy: () => result as number }));
      expect(() => streak.failed('a', 0)).to.throw(TypeError, /^retryBackoff: delay of strategy must be milliseconds/);
    });
});
