import { from, lastValueFrom, timeout } from 'rxjs';
import type { RateLimitResult, RateLimitStore } from './rateLimitStore.js';

/** `undefined` where points were given, else the milliseconds until another try may succeed. */
export type Wait = number | undefined;

/** Takes points of one key. `failed` is told of the first failure of the store, and of the first one after each success. */
export type TakePoints = (key: string, points: number, failed: (cause: unknown) => void) => Wait | Promise<Wait>;

// An error of a client for Redis may have fields of its own, but none of this name.
const isResult = (value: unknown): value is RateLimitResult =>
  typeof (value as Partial<RateLimitResult> | null | undefined)?.msBeforeNext === 'number';

/**
 * Takes points of a store, at once where the store answers at once. Never throws and never rejects: a store that fails, or takes longer than
 * `within` ms, comes to the wait `onFailure`.
 */
export function takePoints(store: RateLimitStore, within: number, onFailure: Wait): TakePoints {
  let down = false;
  const judge = (wait: Wait): Wait => {
    down = false;
    return wait;
  };
  const given = ({ refused, msBeforeNext }: RateLimitResult): Wait => judge(refused ? msBeforeNext : undefined);
  return (key, points, failed) => {
    const notGiven = (cause: unknown): Wait => {
      if (isResult(cause)) return judge(cause.msBeforeNext);
      // A store that is gone fails for each message of each peer.
      if (!down) failed(cause);
      down = true;
      return onFailure;
    };
    try {
      const result = store.consume(key, points);
      // What a store resolves to may be no result: `given` throws then.
      return 'then' in result
        ? lastValueFrom(from(result).pipe(timeout(within)))
            .then(given)
            .catch(notGiven)
        : given(result);
    } catch (cause) {
      return notGiven(cause);
    }
  };
}
