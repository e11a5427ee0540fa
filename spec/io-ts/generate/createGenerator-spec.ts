import { expect } from 'chai';
import fc from 'fast-check';
import * as t from 'io-ts';
import { createGenerator } from '../../../lib/io-ts/generate/createGenerator.js';
import { evaluate, type Generated } from '../../../lib/io-ts/generate/evaluate.js';
import { typesWithValues } from '../../support/ioTsModels.js';
import { expectSameVerdict } from '../../support/sameDecoding.js';

// spec/programs/compiledDecoders-spec.ts runs 10,000.
const seed = 20_261_131;

describe('createGenerator', () => {
  it(`has by itself the verdicts and results of decode, over 100 random types (seed ${seed})`, () => {
    fc.assert(
      fc.property(typesWithValues(4), ({ type, values }) => {
        const run = createGenerator(evaluate)(type);
        for (const value of values) expectSameVerdict(type, run, value);
      }),
      { seed, numRuns: 100 },
    );
  });

  it('puts a part that comes twice, and what is too long for one function, into functions of their own', () => {
    const made: Generated[] = [];
    const runOf = createGenerator((code) => {
      made.push(code);
      return evaluate(code);
    });
    const price = t.type({ amount: t.number });
    const wide = Object.fromEntries(
      Array.from({ length: 60 }, (_, index) => [`k${index}`, t.type({ a: t.string, b: t.number })]),
    );
    const type = t.type({ bid: price, ask: price, ...wide });
    const run = runOf(type);
    expect(made.length).to.be.above(2);
    expect(Math.max(...made.map(({ text }) => text.split('\n').length))).to.be.below(900);
    const good = {
      bid: { amount: 1 },
      ask: { amount: 2 },
      ...Object.fromEntries(Object.keys(wide).map((key) => [key, { a: '', b: 0 }])),
    };
    expectSameVerdict(type, run, good);
    expectSameVerdict(type, run, { ...good, ask: { amount: '2' } });
  });

  it('gives what decode gives, and lets that have what it does not take', () => {
    const asked: unknown[] = [];
    const decode = createGenerator(evaluate)(t.type({ a: t.Int, b: t.array(t.string) }), (value) => {
      asked.push(value);
      return 'asked';
    });
    const good = { a: 1, b: ['x'] };
    expect(decode(good)).to.deep.equal({ _tag: 'Right', right: good });
    expect([decode(7), decode({ a: 1, b: [1] })]).to.deep.equal(['asked', 'asked']);
    expect(asked).to.deep.equal([7, { a: 1, b: [1] }]);
  });
});
