import { expect } from 'chai';
import { fixedDelays } from '../../lib/backoff/fixedDelays.js';
import { longestDelay } from '../../lib/options/check.js';
import { lowest, walk } from './walk.js';

describe('fixedDelays', () => {
  it('gives one after the other, cut to maxDelay, and the last one ever after', () => {
    expect(walk(fixedDelays([0, 2_000, 60_000, 10]), 7, { random: lowest })).to.deep.equal([0, 2_000, 30_000, 10, 10, 10, 10]);
  });

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
