/** What a {@link RateLimitStore} says of a try to take points. The result of rate-limiter-flexible has this shape. */
export interface RateLimitResult {
  /** Points that are left. */
  readonly remainingPoints: number;
  /** Milliseconds until there are points again; for a refusal, until another try may succeed. `Infinity` or -1: that will never be. */
  readonly msBeforeNext: number;
  /** Set where the points were not given. A promise may reject with a result instead, as rate-limiter-flexible's does. */
  readonly refused?: boolean | undefined;
}

/** The answer of a store: a result, or several by the names of its limiters, as a `RateLimiterUnion` gives. */
export type RateLimitAnswer = RateLimitResult | Readonly<Record<string, RateLimitResult>>;

/**
 * Keeps how many points each key has left: `createTokenBuckets` in memory, or a limiter of rate-limiter-flexible such as `RateLimiterMemory`,
 * `RateLimiterRedis` or `RateLimiterUnion`, unchanged.
 */
export interface RateLimitStore {
  /**
   * Takes points. The answer comes at once or as a promise. A promise that rejects with a {@link RateLimitAnswer} is a refusal; of several
   * results the longest wait counts. What else is thrown or rejected is a failure of the store, and so is an answer without a result.
   */
  consume(key: string, points: number): RateLimitAnswer | PromiseLike<RateLimitAnswer>;
}
