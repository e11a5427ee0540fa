import type { BackoffContext, BackoffStrategy } from '../../lib/backoff/strategy.js';

export const initialDelay = 1_000;
export const maxDelay = 30_000;
export const context = (changes: Partial<BackoffContext> = {}): BackoffContext => ({
  attempt: 1,
  previous: 0,
  initialDelay,
  maxDelay,
  random: () => 0.5,
  ...changes,
});

/** `count` delays in a row, as `retryBackoff` asks for them. */
export const walk = (strategy: BackoffStrategy, count: number, changes: Partial<BackoffContext> = {}): number[] => {
  const delays: number[] = [];
  for (let attempt = 1; attempt <= count; attempt++)
    delays.push(strategy(context({ ...changes, attempt, previous: delays.at(-1) ?? 0 })));
  return delays;
};

/** What `random` may give at least, and nearly at most. */
export const lowest = (): number => 0;
export const highest = (): number => 0.999_999_999;
