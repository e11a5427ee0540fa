import { type TokenBuckets, tokenBuckets, type TokenBucketsConfig } from './tokenBuckets.js';

/**
 * Token buckets in memory, one per key: a store for `rateLimit`. Each holds `points` at most and fills evenly over `duration`. What is taken
 * together is given whole or refused; a refusal takes nothing.
 *
 * There are no timers: buckets that have filled up are forgotten as others are asked for. A clock that is set back costs nobody more than one
 * `duration` or `blockDuration`.
 *
 * @example
 * const perUser = createTokenBuckets({ points: 10, duration: 1_000, blockDuration: 5_000 });
 *
 * @throws TypeError or RangeError at the call, with the name of the option that is invalid.
 */
export const createTokenBuckets = (config: TokenBucketsConfig): TokenBuckets => tokenBuckets('createTokenBuckets', config);
