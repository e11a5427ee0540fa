import { checkDuration } from '../options/check.js';
import type { BackoffStrategy } from './strategy.js';

/**
 * A strategy that reads its delays, in milliseconds, from a table: the first entry before the first retry, and so on; the last entry
 * repeats. `maxDelay` cuts them. Without randomness, and without regard to `initialDelay`.
 *
 * ```ts
 * retryBackoff({ strategy: fixedDelays([0, 2_000, 10_000]) });
 * ```
 *
 * @throws TypeError or RangeError at the call, if `table` is empty or an entry is no delay.
 */
export function fixedDelays(table: readonly number[]): BackoffStrategy {
  if (!Array.isArray(table) || !table.length) throw new TypeError('fixedDelays: table must be an array of at least one delay');
  // A copy, since a table that changes later would get round the check.
  const delays = Array.from(table, (delay, index) => checkDuration('fixedDelays', `table[${index}]`, delay));
  return ({ attempt, maxDelay }) => Math.min(maxDelay, delays[Math.min(attempt, delays.length) - 1] ?? 0);
}
