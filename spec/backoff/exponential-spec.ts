import { expect } from 'chai';
import { exponential } from '../../lib/backoff/exponential.js';
import { context, walk } from './walk.js';

describe('exponential', () => {
  const rows: readonly (readonly [what: string, random: () => number, delays: readonly number[]])[] = [
    ['at any random number', () => 0, [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]],
  ];
  for (const [what, random, expected] of rows)
    it(`gives the delays worked out by hand: ${what}`, () => {
      walk(exponential, 7, { random }).forEach((delay, i) => {
        expect(delay, `retry ${i + 1}`).to.be.closeTo(expected[i]!, 0.001);
      });
    });
  it('does not become NaN however often it is asked', () => {
    expect(exponential(context({ attempt: 5_000, initialDelay: 0 }))).to.equal(0);
    expect(exponential(context({ attempt: Number.MAX_SAFE_INTEGER }))).to.equal(30_000);
  });
});
