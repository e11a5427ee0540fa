import { asyncScheduler } from 'rxjs';
import { checkCount, checkDuration } from '../options/check.js';
import { readOptions } from '../options/readOptions.js';
import type { RateLimitResult, RateLimitStore } from './rateLimitStore.js';

/** Options of `createTokenBuckets`. */
export interface TokenBucketsConfig {
  /** What a full bucket holds: so many points may be taken at once. */
  readonly points: number;
  /** Milliseconds in which an empty bucket fills up, evenly. Default 1 000. */
  readonly duration?: number | undefined;
  /** Milliseconds that a key gets nothing after it was refused. Default 0: it gets what has flowed in. */
  readonly blockDuration?: number | undefined;
  /** How many keys are kept; for one more, the key that was quiet the longest is forgotten (its bucket is full again). Default 10 000. */
  readonly maxKeys?: number | undefined;
}

/** A store of buckets that answers at once. */
export interface TokenBuckets extends RateLimitStore {
  /** How many keys are kept. A bucket that is full needs no place. */
  readonly size: number;
  /** Keys that were forgotten before their bucket was full, since there were more than `maxKeys`. */
  readonly evicted: number;
  consume(key: string, points?: number): RateLimitResult;
  /** Forgets a key. */
  delete(key: string): void;
}

interface Bucket {
  points: number;
  /** When `points` was right. */
  at: number;
  /** When the block ends. */
  until: number;
}

/** The buckets of `createTokenBuckets`, whose errors name `owner`. */
export function tokenBuckets(owner: string, config: TokenBucketsConfig): TokenBuckets {
  const { duration, blockDuration, maxKeys } = readOptions(owner, config, {
    duration: [checkDuration, 1_000, { min: 1 }],
    blockDuration: [checkDuration, 0, {}],
    maxKeys: [checkCount, 10_000, { min: 1 }],
  });
  const full = checkCount(owner, 'points', config.points, { min: 1 });
  // In the order of their last use.
  const buckets = new Map<string, Bucket>();
  let evicted = 0;

  const refill = (bucket: Bucket, now: number): void => {
    bucket.points = Math.min(full, bucket.points + (Math.max(0, now - bucket.at) * full) / duration);
    bucket.at = now;
    // After a clock was set back.
    bucket.until = Math.min(bucket.until, now + blockDuration);
  };
  const isSpent = (bucket: Bucket, now: number): boolean => {
    refill(bucket, now);
    return bucket.points < full || bucket.until > now;
  };
  /** Two at each use: more than come in. */
  const sweep = (now: number): void => {
    let looks = 2;
    for (const [key, bucket] of buckets) {
      if (isSpent(bucket, now) || looks-- === 0) return;
      buckets.delete(key);
    }
  };
  const bucketOf = (key: string, now: number): Bucket => {
    const known = buckets.get(key);
    if (known) {
      refill(known, now);
      buckets.delete(key);
      buckets.set(key, known);
      return known;
    }
    if (buckets.size >= maxKeys) {
      const [oldest] = buckets.keys();
      buckets.delete(oldest as string);
      evicted++;
    }
    const made = { points: full, at: now, until: 0 };
    buckets.set(key, made);
    return made;
  };

  return {
    get size() {
      return buckets.size;
    },
    get evicted() {
      return evicted;
    },
    consume(key, points = 1) {
      const now = asyncScheduler.now();
      sweep(now);
      const bucket = bucketOf(key, now);
      const blocked = bucket.until > now;
      // Points flow in as fractions, and their sum may miss a whole number by a hair.
      const refused = blocked || bucket.points + 1e-9 < points;
      if (!refused) bucket.points -= points;
      else if (!blocked && blockDuration > 0) bucket.until = now + blockDuration;
      // What it never holds, it never gives.
      const wanting = points > full ? Infinity : ((refused ? points : 1) - bucket.points) * (duration / full);
      const msBeforeNext = Math.ceil(Math.max(0, wanting, bucket.until - now));
      return { remainingPoints: Math.max(0, Math.floor(bucket.points)), msBeforeNext, ...(refused && { refused }) };
    },
    delete: (key) => {
      buckets.delete(key);
    },
  };
}
