import { type Counters, countersWith } from './counters.js';
import { createHistogram } from './histogram.js';

/** Counters at zero. */
export const createCounters = (): Counters => countersWith(createHistogram);
