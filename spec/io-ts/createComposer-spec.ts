import { expect } from 'chai';
import fc from 'fast-check';
import * as t from 'io-ts';
import { createComposer } from '../../lib/io-ts/createComposer.js';
import { refused } from '../../lib/io-ts/refused.js';
import { typesWithValues } from '../support/ioTsModels.js';
import { expectSameVerdict } from '../support/sameDecoding.js';

// spec/programs/compiledDecoders-spec.ts runs 10,000.
const seed = 20_261_130;

describe('createComposer', () => {
  it(`has the verdicts and results of decode, over 100 random types (seed ${seed})`, () => {
    fc.assert(
      fc.property(typesWithValues(4), ({ type, values }) => {
        const run = createComposer()(type);
        for (const value of values) expectSameVerdict(type, run, value);
      }),
      { seed, numRuns: 100 },
    );
  });

  it('makes the run of a type once, and of a recursive type when it is needed', () => {
    const runOf = createComposer();
    let defined = 0;
    const tree: t.Type<any> = t.recursion('Tree', () => {
      defined++;
      return t.type({ next: t.union([tree, t.null]) });
    });
    const run = runOf(tree);
    expect([defined, runOf(tree) === run]).to.deep.equal([0, true]);
    const value = { next: { next: null } };
    expect([run(value) === value, run({ next: { next: 1 } }) === refused]).to.deep.equal([true, true]);
    const before = defined;
    run(value);
    expect(defined).to.equal(before).and.above(0);
  });
});
