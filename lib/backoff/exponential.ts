import type { BackoffStrategy } from './strategy.js';

/**
 * `initialDelay`, doubled with every retry, at most `maxDelay`. Without randomness: clients that failed together retry together, so
 * prefer one of the jitters where there are many.
 */
export const exponential: BackoffStrategy = ({ attempt, initialDelay, maxDelay }) =>
  // 2 ** 1024 is Infinity, and 0 * Infinity is NaN.
  Math.min(maxDelay, initialDelay * 2 ** Math.min(attempt - 1, 1023));
