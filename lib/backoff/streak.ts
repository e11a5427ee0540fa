import { longestDelay } from '../options/check.js';
import type { BackoffContext, BackoffStrategy } from './strategy.js';

/** The rules of a {@link Streak}; see `RetryPolicy`. */
export interface StreakRules extends Pick<BackoffContext, 'initialDelay' | 'maxDelay' | 'random'> {
  readonly strategy: BackoffStrategy;
  readonly maxAttempts: number;
  readonly maxElapsed: number;
  readonly resetAfter: number;
}

/** The attempts in a row of one subscription. Times are in ms. */
export interface Streak {
  /** The attempt that runs has emitted. */
  emitted(now: number): void;
  /** The attempt that runs has failed: the number of the next one and the wait before it, or `undefined` if none is left. */
  failed(failure: unknown, now: number): { readonly attempt: number; readonly delay: number } | undefined;
}

const duration = (value: unknown): number => (typeof value === 'number' && value > 0 ? Math.min(value, longestDelay) : 0);

/** The wait that a failure advises; 0 if it does not. */
const adviceOf = (failure: unknown, random: () => number): number => {
  const { retryAfter, spread } = (failure ?? {}) as { retryAfter?: unknown; spread?: unknown };
  return typeof retryAfter === 'number' ? duration(retryAfter) + duration(random() * duration(spread)) : 0;
};

/** A streak at its first attempt. */
export function createStreak({ strategy, maxAttempts, maxElapsed, resetAfter, ...rest }: StreakRules): Streak {
  let attempt = 1;
  // Not `attempt - 1`: after a reset the next attempt is number 1, and a wait comes before it all the same.
  let retries = 0;
  let previous = 0;
  let failingSince: number | undefined;
  let emittedAt: number | undefined;
  return {
    emitted(now) {
      emittedAt = now;
    },
    failed(failure, now) {
      if (emittedAt !== undefined && now - emittedAt >= resetAfter) {
        attempt = retries = previous = 0;
        failingSince = undefined;
      }
      // The next attempt must earn its reset by an emission of its own.
      emittedAt = undefined;
      failingSince ??= now;
      if (++attempt > maxAttempts) return undefined;
      const drawn: unknown = strategy({ ...rest, attempt: ++retries, previous });
      if (!(Number.isFinite(drawn) && (drawn as number) >= 0))
        throw new TypeError(`retryBackoff: strategy must return a number of milliseconds, not ${String(drawn)}`);
      // Advice stays out of `previous`: one long advised wait is no reason for longer waits of our own.
      previous = Math.min(drawn as number, rest.maxDelay);
      const delay = Math.min(longestDelay, Math.max(previous, adviceOf(failure, rest.random)));
      return now + delay - failingSince > maxElapsed ? undefined : { attempt, delay };
    },
  };
}
