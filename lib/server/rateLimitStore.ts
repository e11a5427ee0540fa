/** What a {@link RateLimitStore} says of a try to take points. The result of rate-limiter-flexible has this shape. */
export interface RateLimitResult {
  /** Points that are left. */
  readonly remainingPoints: number;
  /** Milliseconds until there are points again; for a refusal, until another try may succeed. */
  readonly msBeforeNext: number;
  /** Set where the points were not given. A promise may reject with a result instead, as rate-limiter-flexible's does. */
  readonly refused?: boolean | undefined;
}

/**
 * Keeps how many points each key has left: `createTokenBuckets` in memory, or a limiter of rate-limiter-flexible such as `RateLimiterMemory` or
 * `RateLimiterRedis`, unchanged.
 */
export interface RateLimitStore {
  /**
   * Takes points. The answer comes at once or as a promise. A promise that rejects with a {@link RateLimitResult} is a refusal; what else is
   * thrown or rejected is a failure of the store.
   */
  consume(key: string, points: number): RateLimitResult | PromiseLike<RateLimitResult>;
}
