/**
 * Durations by logarithmic buckets: constant memory, percentiles good to 9 % from a microsecond to an hour. What is shorter or longer
 * counts as about that.
 */
export interface Histogram {
  readonly count: number;
  /** Adds a duration in ms. What is no duration (negative, not a number) is left out. */
  record(ms: number): void;
  /** The duration in ms that `fraction` (0–1, else RangeError) of the recorded ones do not exceed; `undefined` if there are none. */
  percentile(fraction: number): number | undefined;
}

// Buckets grow by 2^(1/4), from a microsecond to an hour.
const perOctave = 4;
const smallest = 0.001;
const buckets = 128;

const bucketOf = (ms: number): number => Math.min(buckets - 1, Math.max(0, Math.ceil(Math.log2(ms / smallest) * perOctave)));

/** A histogram without entries. */
export function createHistogram(): Histogram {
  // Made at the first record: most short-lived connections never ask for a percentile.
  let counts: Uint32Array | undefined;
  let count = 0;
  return {
    get count() {
      return count;
    },
    record(ms) {
      if (!(ms >= 0)) return;
      counts ??= new Uint32Array(buckets);
      const bucket = bucketOf(ms);
      counts[bucket] = (counts[bucket] ?? 0) + 1;
      count++;
    },
    percentile(fraction) {
      if (!(fraction >= 0 && fraction <= 1))
        throw new RangeError(`percentile: fraction must be between 0 and 1, not ${fraction}`);
      if (!counts) return undefined;
      let left = Math.max(1, Math.ceil(fraction * count));
      const bucket = counts.findIndex((entries) => (left -= entries) <= 0);
      // The middle of a bucket is the better guess of what fell into it.
      return smallest * 2 ** ((bucket - 0.5) / perOctave);
    },
  };
}
