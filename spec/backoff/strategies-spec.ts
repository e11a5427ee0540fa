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
import { context, walk } from './walk.js';

const jitters = { decorrelatedJitter, fullJitter, equalJitter, proportionalJitter };
const all: Readonly<Record<string, BackoffStrategy>> = { ...jitters, exponential, fixedDelays: fixedDelays([500, 60_000]) };

describe('backoff strategies', () => {
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
});
