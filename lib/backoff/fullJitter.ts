import { exponential } from './exponential.js';
import type { BackoffStrategy } from './strategy.js';

/** Evenly spread between 0 and the {@link exponential} delay. Spreads best, but a retry may follow at once. */
export const fullJitter: BackoffStrategy = (context) => context.random() * exponential(context);
