import { exponential } from './exponential.js';
import type { BackoffStrategy } from './strategy.js';

/** Evenly spread over the upper half of the {@link exponential} delay: at least half of it is waited. */
export const equalJitter: BackoffStrategy = (context) => (exponential(context) * (1 + context.random())) / 2;
