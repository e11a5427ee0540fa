import { expect } from 'chai';
import { equalJitter } from '../../lib/backoff/equalJitter.js';
import { highest, lowest, walk } from './walk.js';

describe('equalJitter', () => {
  const rows: readonly (readonly [what: string, random: () => number, delays: readonly number[]])[] = [
    ['lowest', lowest, [500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000]],
    ['highest', highest, [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]],
  ];
  for (const [what, random, expected] of rows)
    it(`gives the delays worked out by hand: ${what}`, () => {
      walk(equalJitter, 7, { random }).forEach((delay, i) => {
        expect(delay, `retry ${i + 1}`).to.be.closeTo(expected[i]!, 0.001);
      });
    });
});
