import { expect } from 'chai';
import fc from 'fast-check';
import { createHistogram, type Histogram } from '../../lib/events/histogram.js';

const histogramOf = (durations: readonly number[]): Histogram => {
  const histogram = createHistogram();
  for (const duration of durations) histogram.record(duration);
  return histogram;
};

/** The percentile by its definition: sort, count. */
const exact = (durations: readonly number[], fraction: number): number =>
  [...durations].sort((a, b) => a - b)[Math.max(1, Math.ceil(fraction * durations.length)) - 1] ?? NaN;

const off = (actual: number | undefined, expected: number): number => Math.abs((actual ?? NaN) / expected - 1);

describe('createHistogram', () => {
  it('knows nothing while it is empty', () => {
    const histogram = createHistogram();
    expect(histogram.count).to.equal(0);
    expect(histogram.percentile(0.5)).to.equal(undefined);
    expect(histogram.percentile(1)).to.equal(undefined);
  });

  it('gives percentiles within 10 % on 1 to 10,000 ms', () => {
    const histogram = histogramOf(Array.from({ length: 10_000 }, (_, index) => index + 1));
    expect(histogram.count).to.equal(10_000);
    expect(histogram.percentile(0.5)).to.be.within(4_500, 5_500);
    expect(histogram.percentile(0.95)).to.be.within(8_550, 10_450);
    expect(histogram.percentile(0.99)).to.be.within(8_910, 10_890);
    expect(histogram.percentile(0)).to.be.within(0.9, 1.1);
    expect(histogram.percentile(1)).to.be.within(9_000, 11_000);
  });

  it('tells the few slow ones from the many fast ones', () => {
    const histogram = histogramOf([...Array<number>(98).fill(2), 800, 900]);
    expect(off(histogram.percentile(0.98), 2)).to.be.below(0.1);
    expect(off(histogram.percentile(0.99), 800)).to.be.below(0.1);
    expect(off(histogram.percentile(1), 900)).to.be.below(0.1);
  });

  it('is within 10 % of the exact percentile for any durations between a microsecond and an hour', () => {
    const duration = fc.double({ min: 0.001, max: 3_600_000, noNaN: true });
    fc.assert(
      fc.property(fc.array(duration, { minLength: 1 }), fc.double({ min: 0, max: 1, noNaN: true }), (durations, fraction) => {
        expect(off(histogramOf(durations).percentile(fraction), exact(durations, fraction))).to.be.below(0.1);
      }),
      { seed: 7, numRuns: 500 },
    );
  });

  it('is monotone: a larger fraction is never a shorter duration', () => {
    const fraction = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0 }), { minLength: 1 }), fraction, fraction, (durations, a, b) => {
        const histogram = histogramOf([...durations, 1]);
        const [low = NaN, high = NaN] = [Math.min(a, b), Math.max(a, b)].map((of) => histogram.percentile(of));
        expect(low).to.be.at.most(high);
      }),
      { seed: 7, numRuns: 500 },
    );
  });

  it('counts what is too short or too long at its ends', () => {
    expect(histogramOf([0, -0, 1e-9]).percentile(1)).to.be.within(0.0009, 0.0011);
    expect(histogramOf([1e12, Infinity, Number.MAX_VALUE]).percentile(0)).to.be.within(3_240_000, 3_960_000);
    expect(histogramOf([0, 1e12]).count).to.equal(2);
  });

  it('leaves out what is no duration', () => {
    expect(histogramOf([-1, NaN, -Infinity]).count).to.equal(0);
    expect(histogramOf([-1, NaN, 5]).percentile(0)).to.be.within(4.5, 5.5);
  });

  it('throws a RangeError for a fraction that is none', () => {
    for (const fraction of [-0.1, 1.1, 99, NaN]) {
      expect(() => createHistogram().percentile(fraction)).to.throw(RangeError, 'fraction');
      expect(() => histogramOf([1]).percentile(fraction)).to.throw(RangeError, 'fraction');
    }
  });

  it('shares nothing with another histogram', () => {
    const one = histogramOf([1]);
    expect(createHistogram().count).to.equal(0);
    expect(one.count).to.equal(1);
  });
});
