/** How many responses took how long. A plain object that does not change. */
export interface ResponseTimes {
  readonly count: number;
  /** In ms. */
  readonly sum: number;
  /** For each bound, in ms and in order, how many took at most that long. The last bound is `Infinity`. */
  readonly buckets: readonly ResponseBucket[];
}

/** How many took at most `le` ms. */
export interface ResponseBucket {
  readonly le: number;
  readonly count: number;
}

/** Counts response times by buckets. */
export interface ResponseTimer {
  /** Adds a duration in ms. What is none (not a number) is left out; a negative one, of a clock that was set back, counts as 0. */
  record(ms: number): void;
  sample(): ResponseTimes;
}

/** The bounds of the buckets, in ms: those that Prometheus' clients have, in seconds. */
export const responseBounds: readonly number[] = [5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000];

/** Counts nothing yet. Its size does not depend on what it counts. */
export function createResponseTimer(): ResponseTimer {
  const counts = new Float64Array(responseBounds.length + 1);
  let sum = 0;
  return {
    record(ms) {
      if (Number.isNaN(ms)) return;
      const index = responseBounds.findIndex((bound) => ms <= bound);
      const at = index < 0 ? responseBounds.length : index;
      counts[at] = (counts[at] ?? 0) + 1;
      if (ms > 0) sum += ms;
    },
    sample() {
      let count = 0;
      const buckets = [...responseBounds, Infinity].map((le, index) =>
        Object.freeze({ le, count: (count += counts[index] ?? 0) }),
      );
      return Object.freeze({ count, sum, buckets: Object.freeze(buckets) });
    },
  };
}
