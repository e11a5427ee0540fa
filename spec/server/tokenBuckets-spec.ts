import { expect } from 'chai';
import { tokenBuckets, type TokenBucketsConfig } from '../../lib/server/tokenBuckets.js';
import { frozenTime } from '../testing/virtualTime.js';

// How they fill and empty is in createTokenBuckets-spec.ts: this is what only its other callers see.
describe('tokenBuckets', () => {
  const time = frozenTime();

  it('names who made them in its errors', () => {
    const rows: readonly (readonly [TokenBucketsConfig, string])[] = [
      [{ points: 0 }, 'limits: perUser: points'],
      [{ points: 1, duration: 0 }, 'limits: perUser: duration'],
      [{ points: 1, blockDuration: -1 }, 'limits: perUser: blockDuration'],
      [{ points: 1, maxKeys: 0 }, 'limits: perUser: maxKeys'],
    ];
    for (const [config, message] of rows) expect(() => tokenBuckets('limits: perUser', config)).to.throw(RangeError, message);
  });

  it('refuses what it can never hold, without end', () => {
    const buckets = tokenBuckets('x', { points: 2 });
    expect(buckets.consume('a', 3)).to.deep.equal({ remainingPoints: 2, msBeforeNext: Infinity, refused: true });
    expect(buckets.consume('a', 2).refused).to.not.equal(true);
  });

  it('keeps no key whose bucket is full again, once others are used', () => {
    const buckets = tokenBuckets('x', { points: 1, duration: 100 });
    for (const key of ['a', 'b', 'c']) buckets.consume(key);
    expect(buckets.size).to.equal(3);
    time.tick(100);
    buckets.consume('d');
    expect([buckets.size, buckets.evicted]).to.deep.equal([2, 0]);
  });

  it('counts whom it had to forget, and gives them a full bucket when they come back', () => {
    const buckets = tokenBuckets('x', { points: 1, maxKeys: 2 });
    for (const key of ['a', 'b', 'c']) expect(buckets.consume(key).refused).to.not.equal(true);
    expect([buckets.size, buckets.evicted]).to.deep.equal([2, 1]);
    expect(buckets.consume('a').refused).to.not.equal(true);
  });
});
