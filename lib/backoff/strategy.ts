/** What a {@link BackoffStrategy} may look at. All durations are in milliseconds. */
export interface BackoffContext {
  /** Which retry since the last reset this delay comes before; 1 is the first. */
  readonly attempt: number;
  /** The last delay that the strategy gave, cut to `maxDelay`; 0 at the first retry since the last reset. */
  readonly previous: number;
  readonly initialDelay: number;
  readonly maxDelay: number;
  /** A number in [0, 1). */
  readonly random: () => number;
}

/**
 * How long to wait before a retry, in milliseconds: a pure function of its context. A strategy of your own is a function too:
 *
 * ```ts
 * const linear: BackoffStrategy = ({ attempt, initialDelay, maxDelay }) => Math.min(maxDelay, attempt * initialDelay);
 * ```
 */
export type BackoffStrategy = (context: BackoffContext) => number;
