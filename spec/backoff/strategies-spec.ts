import { expect } from 'chai';
import fc from 'fast-check';
import { decorrelatedJitter } from '../../lib/backoff/decorrelatedJitter.js';
import { equalJitter } from '../../lib/backoff/equalJitter.js';
import { exponential } from '../../lib/backoff/exponential.js';
import { fixedDelays } from '../../lib/backoff/fixedDelays.js';
import { fullJitter } from '../../lib/backoff/fullJitter.js';
import { proportionalJitter } from '../../lib/backoff/proportionalJitter.js';
import type { BackoffContext, BackoffStrategy } from '../../lib/backoff/strategy.js';
import { longestDelay } from '../../lib/options/check.js';
import { criticalDistance, type Distribution, distance, uniform } from './kolmogorovSmirnov.js';
import { seededRandom } from './seededRandom.js';

const initialDelay = 1_000;
const maxDelay = 30_000;
const context = (changes: Partial<BackoffContext> = {}): BackoffContext => ({
  attempt: 1,
  previous: 0,
  initialDelay,
  maxDelay,
  random: () => 0.5,
  ...changes,
});

/** `count` delays in a row, as `retryBackoff` asks for them. */
const walk = (strategy: BackoffStrategy, count: number, changes: Partial<BackoffContext> = {}): number[] => {
  const delays: number[] = [];
  for (let attempt = 1; attempt <= count; attempt++)
    delays.push(strategy(context({ ...changes, attempt, previous: delays.at(-1) ?? 0 })));
  return delays;
};

const jitters = { decorrelatedJitter, fullJitter, equalJitter, proportionalJitter };
const all: Readonly<Record<string, BackoffStrategy>> = { ...jitters, exponential, fixedDelays: fixedDelays([500, 60_000]) };

describe('backoff strategies', () => {
  describe('delays worked out by hand', () => {
    const lowest = () => 0;
    const highest = () => 0.999_999_999;
    const rows: readonly [string, BackoffStrategy, () => number, readonly number[]][] = [
      ['exponential', exponential, lowest, [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]],
      ['fullJitter, lowest', fullJitter, lowest, [0, 0, 0, 0, 0, 0, 0]],
      ['fullJitter, highest', fullJitter, highest, [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]],
      ['equalJitter, lowest', equalJitter, lowest, [500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000]],
      ['equalJitter, highest', equalJitter, highest, [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]],
      ['proportionalJitter, lowest', proportionalJitter, lowest, [800, 1_600, 3_200, 6_400, 12_800, 20_000, 20_000]],
      ['proportionalJitter, highest', proportionalJitter, highest, [1_200, 2_400, 4_800, 9_600, 19_200, 30_000, 30_000]],
      ['decorrelatedJitter, lowest', decorrelatedJitter, lowest, [1_000, 1_000, 1_000, 1_000, 1_000, 1_000, 1_000]],
      ['decorrelatedJitter, highest', decorrelatedJitter, highest, [3_000, 9_000, 27_000, 30_000, 30_000, 30_000, 30_000]],
      ['decorrelatedJitter, middle', decorrelatedJitter, () => 0.5, [2_000, 3_500, 5_750, 9_125, 14_187.5, 21_781.25, 30_000]],
      ['fixedDelays', fixedDelays([0, 2_000, 60_000, 10]), lowest, [0, 2_000, 30_000, 10, 10, 10, 10]],
    ];
    for (const [name, strategy, random, expected] of rows)
      it(`gives the delays of ${name}`, () => {
        const delays = walk(strategy, 7, { random });
        delays.forEach((delay, i) => {
          expect(delay, `retry ${i + 1}`).to.be.closeTo(expected[i]!, 0.001);
        });
      });
  });

  describe('any context', () => {
    const contexts = fc
      .record({
        attempt: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constantFrom(1_024, 1_025, 5_000, Number.MAX_SAFE_INTEGER)),
        delays: fc.tuple(fc.integer({ min: 0, max: longestDelay }), fc.integer({ min: 0, max: longestDelay })),
        share: fc.double({ min: 0, max: 1, noNaN: true }),
        drawn: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      })
      .map(({ attempt, delays, share, drawn }) => {
        const [low, high] = delays[0] < delays[1] ? delays : [delays[1], delays[0]];
        return context({ attempt, initialDelay: low, maxDelay: high, previous: share * high, random: () => drawn });
      });

    for (const [name, strategy] of Object.entries(all))
      it(`P28: ${name} gives a number between 0 and maxDelay`, () => {
        fc.assert(
          fc.property(contexts, (given) => {
            const delay = strategy(given);
            expect(delay).to.be.within(0, given.maxDelay);
          }),
          { seed: 28, numRuns: 500 },
        );
      });

    it('P28: decorrelatedJitter stays between initialDelay and maxDelay', () => {
      fc.assert(
        fc.property(contexts, (given) => {
          expect(decorrelatedJitter(given)).to.be.within(given.initialDelay, given.maxDelay);
        }),
        { seed: 29, numRuns: 500 },
      );
    });
  });

  it('P28: the same seed gives the same delays, another seed gives others', () => {
    for (const [name, strategy] of Object.entries(jitters)) {
      const delays = (seed: number) => walk(strategy, 20, { random: seededRandom(seed) });
      expect(delays(1), name).to.deep.equal(delays(1));
      expect(delays(1), name).to.not.deep.equal(delays(2));
    }
  });

  describe('distributions', () => {
    const n = 10_000;
    const firsts = (strategy: BackoffStrategy, changes: Partial<BackoffContext> = {}) => {
      const random = seededRandom(20_251_120);
      return Array.from({ length: n }, () => strategy(context({ ...changes, random })));
    };
    const firstDistributions: Readonly<Record<keyof typeof jitters, Distribution>> = {
      decorrelatedJitter: uniform(1_000, 3_000),
      fullJitter: uniform(0, 1_000),
      equalJitter: uniform(500, 1_000),
      proportionalJitter: uniform(800, 1_200),
    };

    for (const [name, strategy] of Object.entries(jitters))
      it(`P28: the first delays of ${name} fit their distribution and no other`, () => {
        const sample = firsts(strategy);
        for (const [other, distribution] of Object.entries(firstDistributions)) {
          const gap = distance(sample, distribution);
          if (other === name) expect(gap, other).to.be.below(criticalDistance(n));
          else expect(gap, other).to.be.above(criticalDistance(n));
        }
      });

    it('P28: near misses are told apart', () => {
      const nearMisses: readonly [string, keyof typeof jitters, BackoffStrategy][] = [
        ['no jitter', 'decorrelatedJitter', exponential],
        ['a table', 'fullJitter', fixedDelays([500])],
        ['a factor of 2.9 for 3', 'decorrelatedJitter', ({ random }) => 1_000 + random() * 1_900],
        ['a jitter of 21 % for 20 %', 'proportionalJitter', ({ random }) => 1_000 * (0.79 + 0.42 * random())],
        ['the sum of two draws', 'fullJitter', ({ random }) => 500 * (random() + random())],
      ];
      for (const [name, of, strategy] of nearMisses)
        expect(distance(firsts(strategy), firstDistributions[of]), name).to.be.above(criticalDistance(n));
    });

    const later: readonly [string, BackoffStrategy, Partial<BackoffContext>, Distribution][] = [
      ['fullJitter, fifth', fullJitter, { attempt: 5 }, uniform(0, 16_000)],
      ['equalJitter, tenth', equalJitter, { attempt: 10 }, uniform(15_000, 30_000)],
      ['proportionalJitter, tenth', proportionalJitter, { attempt: 10 }, uniform(20_000, 30_000)],
      ['decorrelatedJitter after 4 s', decorrelatedJitter, { attempt: 3, previous: 4_000 }, uniform(1_000, 12_000)],
    ];
    for (const [name, strategy, changes, distribution] of later)
      it(`P28: later delays fit their distribution: ${name}`, () => {
        expect(distance(firsts(strategy, changes), distribution)).to.be.below(criticalDistance(n));
      });

    it('exponential and fixedDelays do not vary', () => {
      expect(new Set(firsts(exponential))).to.deep.equal(new Set([1_000]));
      expect(new Set(firsts(fixedDelays([700, 900]), { attempt: 2 }))).to.deep.equal(new Set([900]));
    });
  });

  describe('fixedDelays', () => {
    it('keeps its delays when the table changes later', () => {
      const table = [100, 200];
      const strategy = fixedDelays(table);
      table[0] = -1;
      table.length = 1;
      expect(walk(strategy, 3)).to.deep.equal([100, 200, 200]);
    });

    const invalid: readonly [string, unknown, typeof TypeError | typeof RangeError, RegExp][] = [
      ['an empty table', [], TypeError, /^fixedDelays: table must/],
      ['no table', undefined, TypeError, /^fixedDelays: table must/],
      ['text for a table', '100', TypeError, /^fixedDelays: table must/],
      ['a negative entry', [1, -1], RangeError, /^fixedDelays: table\[1\] must/],
      ['an entry that is no number', [1, NaN], TypeError, /^fixedDelays: table\[1\] must/],
      ['an entry left out', new Array(2), TypeError, /^fixedDelays: table\[0\] must/],
      ['an entry that no timer keeps', [longestDelay + 1], RangeError, /^fixedDelays: table\[0\] must/],
      ['an infinite entry', [Infinity], RangeError, /^fixedDelays: table\[0\] must/],
    ];
    for (const [name, table, type, message] of invalid)
      it(`refuses ${name} at the call`, () => {
        expect(() => fixedDelays(table as number[])).to.throw(type, message);
      });
  });
});
