import type { BackoffStrategy } from './strategy.js';

/**
 * Evenly spread between `initialDelay` and three times the previous delay, at most `maxDelay`. The default of `retryBackoff`: never
 * shorter than `initialDelay`, and every client walks its own path.
 */
export const decorrelatedJitter: BackoffStrategy = ({ previous, initialDelay, maxDelay, random }) =>
  Math.min(maxDelay, initialDelay + random() * (Math.max(previous, initialDelay) * 3 - initialDelay));
