import { expect } from 'chai';
import { createCounters } from '../../lib/events/createCounters.js';

// The numbers are told in counters-spec.ts.
describe('createCounters', () => {
  it('has histograms that keep durations, each its own', () => {
    const { rtt, replyTime } = createCounters();
    for (const ms of [10, 10, 1_000]) rtt.record(ms);
    expect([rtt.count, replyTime.count]).to.deep.equal([3, 0]);
    expect(rtt.percentile(0.5)).to.be.closeTo(10, 1);
    expect(replyTime.percentile(0.5)).to.equal(undefined);
  });

  it('can be counted up in every number and every reason', () => {
    const counters = createCounters();
    for (const reason of Object.keys(counters.drops) as (keyof typeof counters.drops)[]) counters.drops[reason]++;
    counters.since = 5;
    expect(new Set(Object.values(counters.drops))).to.deep.equal(new Set([1]));
    expect(createCounters().since).to.equal(undefined);
  });
});
