import { expect } from 'chai';
import fc from 'fast-check';
import sinon from 'sinon';
import { createTokenBuckets } from '../../lib/server/createTokenBuckets.js';
import type { TokenBuckets } from '../../lib/server/tokenBuckets.js';

describe('createTokenBuckets', () => {
  let clock: sinon.SinonFakeTimers;
  beforeEach(() => {
    clock = sinon.useFakeTimers({ now: 1_700_000_000_000 });
  });
  afterEach(() => clock.restore());

  /** How many of `tries` tries are granted now. */
  const granted = (buckets: TokenBuckets, tries: number, key = 'ann'): number =>
    Array.from({ length: tries }, () => buckets.consume(key)).filter(({ refused }) => !refused).length;

  it('gives 10 of 15 that are asked for at once, with 10 points in a second', () => {
    const buckets = createTokenBuckets({ points: 10, duration: 1_000 });
    expect(granted(buckets, 15)).to.equal(10);
  });

  it('fills evenly: a tenth of the points in a tenth of the duration', () => {
    const buckets = createTokenBuckets({ points: 10, duration: 1_000 });
    granted(buckets, 15);
    for (const [later, more] of [
      [99, 0],
      [1, 1],
      [250, 2],
      [50, 1],
      [5_000, 10],
    ] as const) {
      clock.tick(later);
      expect(granted(buckets, 15), `after ${later} ms`).to.equal(more);
    }
  });

  it('tells what is left, and when a refused try may succeed; a refusal takes nothing', () => {
    const buckets = createTokenBuckets({ points: 10, duration: 1_000 });
    expect(buckets.consume('ann', 7)).to.deep.equal({ remainingPoints: 3, msBeforeNext: 0 });
    expect(buckets.consume('ann', 5)).to.deep.equal({ remainingPoints: 3, msBeforeNext: 200, refused: true });
    clock.tick(199);
    expect(buckets.consume('ann', 5)).to.include({ refused: true, msBeforeNext: 1 });
    clock.tick(1);
    expect(buckets.consume('ann', 5)).to.deep.equal({ remainingPoints: 0, msBeforeNext: 100 });
  });

  it('keeps a key from everything for blockDuration after a refusal, which later tries do not extend', () => {
    const buckets = createTokenBuckets({ points: 2, duration: 100, blockDuration: 5_000 });
    expect(granted(buckets, 3)).to.equal(2);
    clock.tick(3_000);
    expect(buckets.consume('ann')).to.deep.equal({ remainingPoints: 2, msBeforeNext: 2_000, refused: true });
    clock.tick(1_999);
    expect(granted(buckets, 1)).to.equal(0);
    clock.tick(1);
    expect(granted(buckets, 3)).to.equal(2);
  });

  it('keeps keys apart', () => {
    const buckets = createTokenBuckets({ points: 1 });
    expect(['ann', 'bob', '__proto__', 'ann'].map((key) => granted(buckets, 1, key))).to.deep.equal([1, 1, 1, 0]);
  });

  it('forgets a key that is deleted', () => {
    const buckets = createTokenBuckets({ points: 1 });
    granted(buckets, 1);
    buckets.delete('ann');
    expect(buckets.size).to.equal(0);
    expect(granted(buckets, 1)).to.equal(1);
  });

  it('keeps no more than maxKeys: the one that was quiet the longest goes, and is counted', () => {
    const buckets = createTokenBuckets({ points: 1, duration: 60_000, maxKeys: 2 });
    for (const key of ['ann', 'bob']) granted(buckets, 1, key);
    expect(granted(buckets, 1, 'ann')).to.equal(0);
    expect(granted(buckets, 1, 'cid')).to.equal(1);
    expect([buckets.size, buckets.evicted]).to.deep.equal([2, 1]);
    // Ann was refused a moment ago, so Bob went.
    expect(granted(buckets, 1, 'ann')).to.equal(0);
  });

  it('forgets buckets that are full again, as others are asked for', () => {
    const buckets = createTokenBuckets({ points: 1, duration: 100 });
    for (let user = 0; user < 1_000; user++) granted(buckets, 1, `${user}`);
    expect(buckets.size).to.equal(1_000);
    clock.tick(100);
    for (let user = 0; user < 500; user++) granted(buckets, 1, 'ann');
    expect([buckets.size, buckets.evicted]).to.deep.equal([1, 0]);
    expect(clock.countTimers()).to.equal(0);
  });

  it('does not forget a block with the bucket that it fills up behind', () => {
    const buckets = createTokenBuckets({ points: 1, duration: 10, blockDuration: 1_000 });
    granted(buckets, 2);
    clock.tick(999);
    granted(buckets, 1, 'bob');
    expect(granted(buckets, 1)).to.equal(0);
  });

  it('costs one duration or block at most where the clock is set back', () => {
    const buckets = createTokenBuckets({ points: 1, duration: 1_000, blockDuration: 2_000 });
    granted(buckets, 2);
    clock.setSystemTime(Date.now() - 3_600_000);
    expect(buckets.consume('ann')).to.include({ refused: true, msBeforeNext: 2_000 });
    clock.tick(2_000);
    expect(granted(buckets, 1)).to.equal(1);
  });

  it('never gives more than a full bucket and what has flowed in since', () => {
    const seed = Date.now() % 100_000;
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 500 }),
        fc.array(fc.tuple(fc.nat(200), fc.integer({ min: 0, max: 5 })), { maxLength: 60 }),
        (points, duration, steps) => {
          const buckets = createTokenBuckets({ points, duration });
          const begin = Date.now();
          let taken = 0;
          for (const [later, cost] of steps) {
            clock.tick(later);
            const { refused, msBeforeNext } = buckets.consume('ann', cost);
            if (!refused) taken += cost;
            else if (cost <= points) {
              // What it says is what holds.
              clock.tick(msBeforeNext);
              expect(buckets.consume('ann', cost).refused).to.equal(undefined);
              taken += cost;
            }
            expect(taken).to.be.at.most(points + ((Date.now() - begin) * points) / duration + 1e-6);
          }
        },
      ),
      { seed, numRuns: 300 },
    );
  });

  for (const [options, type, message] of [
    [undefined, TypeError, /^createTokenBuckets: options/],
    [{}, TypeError, /^createTokenBuckets: points/],
    [{ points: 0 }, RangeError, /^createTokenBuckets: points/],
    [{ points: 1, duration: 0 }, RangeError, /^createTokenBuckets: duration/],
    [{ points: 1, blockDuration: -1 }, RangeError, /^createTokenBuckets: blockDuration/],
    [{ points: 1, maxKeys: 0 }, RangeError, /^createTokenBuckets: maxKeys/],
  ] as const)
    it(`refuses an invalid option at the call: ${String(message)}`, () => {
      expect(() => (createTokenBuckets as (options: unknown) => unknown)(options)).to.throw(type, message);
    });
});
