import { exponential } from './exponential.js';
import type { BackoffStrategy } from './strategy.js';

const share = 0.2;

/** The {@link exponential} delay, give or take 20 %, at most `maxDelay`. */
export const proportionalJitter: BackoffStrategy = (context) => {
  // Only to cut the sum would gather half of all clients at maxDelay, so what it varies is kept below.
  const middle = Math.min(exponential(context), context.maxDelay / (1 + share));
  return Math.min(context.maxDelay, middle * (1 + share * (2 * context.random() - 1)));
};
