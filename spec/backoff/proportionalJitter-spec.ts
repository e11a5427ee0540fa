import { expect } from 'chai';
import { proportionalJitter } from '../../lib/backoff/proportionalJitter.js';
import { highest, lowest, walk } from './walk.js';

describe('proportionalJitter', () => {
  const rows: readonly (readonly [what: string, random: () => number, delays: readonly number[]])[] = [
    ['lowest', lowest, [800, 1_600, 3_200, 6_400, 12_800, 20_000, 20_000]],
    ['highest', highest, [1_200, 2_400, 4_800, 9_600, 19_200, 30_000, 30_000]],
  ];
  for (const [what, random, expected] of rows)
    it(`gives the delays worked out by hand: ${what}`, () => {
      walk(proportionalJitter, 7, { random }).forEach((delay, i) => {
        expect(delay, `retry ${i + 1}`).to.be.closeTo(expected[i]!, 0.001);
      });
    });
});
