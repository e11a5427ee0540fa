import { expect } from 'chai';
import { createResponseTimer, responseBounds } from '../../lib/server/responseTimes.js';

describe('createResponseTimer', () => {
  it('counts how many took at most so long, bound by bound', () => {
    const timer = createResponseTimer();
    for (const ms of [0, 5, 5.1, 99, 10_000, 10_001, 1e9]) timer.record(ms);
    const { count, sum, buckets } = timer.sample();
    expect([count, sum]).to.deep.equal([7, 1_000_020_110.1]);
    expect(buckets.map((bucket) => [bucket.le, bucket.count])).to.deep.equal([
      ...[
        [5, 2],
        [10, 3],
        [25, 3],
        [50, 3],
        [100, 4],
        [250, 4],
        [500, 4],
        [1_000, 4],
        [2_500, 4],
        [5_000, 4],
        [10_000, 5],
      ],
      [Infinity, 7],
    ]);
  });

  it('gives a copy that does not change', () => {
    const timer = createResponseTimer();
    const before = timer.sample();
    timer.record(1);
    expect([before.count, before.sum, before.buckets.at(-1)?.count]).to.deep.equal([0, 0, 0]);
    expect([before, before.buckets, ...before.buckets].every(Object.isFrozen)).to.equal(true);
  });

  it('counts a time that went backwards as none, and leaves out what is no time', () => {
    const timer = createResponseTimer();
    for (const ms of [-5, NaN]) timer.record(ms);
    expect(timer.sample()).to.include({ count: 1, sum: 0 });
  });

  it('has bounds that grow', () => {
    expect([...responseBounds].sort((a, b) => a - b)).to.deep.equal(responseBounds);
  });
});
