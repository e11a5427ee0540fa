import { expect } from 'chai';
import { decorrelatedJitter } from '../../lib/backoff/decorrelatedJitter.js';
import { highest, lowest, walk } from './walk.js';

describe('decorrelatedJitter', () => {
  const rows: readonly (readonly [what: string, random: () => number, delays: readonly number[]])[] = [
    ['lowest', lowest, [1_000, 1_000, 1_000, 1_000, 1_000, 1_000, 1_000]],
    ['highest', highest, [3_000, 9_000, 27_000, 30_000, 30_000, 30_000, 30_000]],
    ['middle', () => 0.5, [2_000, 3_500, 5_750, 9_125, 14_187.5, 21_781.25, 30_000]],
  ];
  for (const [what, random, expected] of rows)
    it(`gives the delays worked out by hand: ${what}`, () => {
      walk(decorrelatedJitter, 7, { random }).forEach((delay, i) => {
        expect(delay, `retry ${i + 1}`).to.be.closeTo(expected[i]!, 0.001);
      });
    });
});
