import { from, lastValueFrom, timeout } from 'rxjs';
import type { RateLimitResult, RateLimitStore } from './rateLimitStore.js';

/** `undefined` where points were given, else the whole milliseconds until another try may succeed; `Infinity`: it never will. */
export type Wait = number | undefined;

/** Takes points of one key. `failed` is told of the first failure of the store, and of the first one after each success. */
export type TakePoints = (key: string, points: number, failed: (cause: unknown) => void) => Wait | Promise<Wait>;

// An error of a client for Redis may have fields of its own, but none of this name.
const isResult = (value: unknown): value is RateLimitResult => {
  const { msBeforeNext } = (value ?? {}) as Partial<RateLimitResult>;
  return typeof msBeforeNext === 'number' && msBeforeNext > -Infinity;
};

/** What a store said, as results: one, or those of its limiters by their names. What else it said is left out. */
const resultsOf = (answer: unknown): readonly RateLimitResult[] =>
  isResult(answer) ? [answer] : Object.values(answer ?? {}).filter(isResult);

/** What rate-limiter-flexible says of a key that does not expire, with `duration: 0`. */
const never = -1;

/** The longest of these waits. */
const longest = (results: readonly RateLimitResult[]): number =>
  Math.max(...results.map(({ msBeforeNext }) => (msBeforeNext === never ? Infinity : Math.max(0, Math.ceil(msBeforeNext)))));

/**
 * Takes points of a store, at once where the store answers at once. Never throws and never rejects: a store that fails, takes longer than
 * `within` ms, or answers without a result, comes to the wait `onFailure`.
 */
export function takePoints(store: RateLimitStore, within: number, onFailure: Wait): TakePoints {
  let down = false;
  const judge = (wait: Wait): Wait => {
    down = false;
    return wait;
  };
  const given = (answer: unknown): Wait => {
    const results = resultsOf(answer);
    if (results.length === 0) throw new TypeError('a store must give a result: { remainingPoints, msBeforeNext }');
    const refused = results.filter((result) => result.refused);
    return judge(refused.length > 0 ? longest(refused) : undefined);
  };
  return (key, points, failed) => {
    const notGiven = (cause: unknown): Wait => {
      const results = resultsOf(cause);
      if (results.length > 0) return judge(longest(results));
      // A store that is gone fails for each message of each peer.
      if (!down) failed(cause);
      down = true;
      return onFailure;
    };
    try {
      const answer = store.consume(key, points);
      return typeof (answer as PromiseLike<unknown> | undefined)?.then === 'function'
        ? lastValueFrom(from(answer as PromiseLike<unknown>).pipe(timeout(within)))
            .then(given)
            .catch(notGiven)
        : given(answer);
    } catch (cause) {
      return notGiven(cause);
    }
  };
}
