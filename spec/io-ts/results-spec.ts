import { expect } from 'chai';
import { createStrip, mergeResults } from '../../lib/io-ts/results.js';

describe('createStrip', () => {
  it('takes out what is not among the props, and gives the same object where there is nothing to take out', () => {
    const strip = createStrip({ a: 0, b: 0 });
    const values = [{}, { a: 1 }, { b: 1 }, { b: 1, a: 1 }];
    for (const value of [...values, ...values]) expect(strip(value)).to.equal(value);
    expect([{ a: 1, more: 2, toString: 3 }, { more: 2, a: 1 }, { a: 2, more: 3 }, { more: 1 }].map(strip)).to.deep.equal([
      ...[{ a: 1 }, { a: 1 }, { a: 2 }, {}],
    ]);
    expect(strip(Object.defineProperty({ a: 1 }, 'hidden', { value: 2 })))
      .to.have.all.keys('a')
      .and.not.have.property('hidden');
  });
});

describe('mergeResults', () => {
  it('gives the value itself where no member changed it', () => {
    const value = { a: 1 };
    expect(mergeResults(value, [value, value])).to.equal(value);
  });

  it('takes of each field what a member changed, and of values that are no objects the last', () => {
    const value = { a: 1, b: 1 };
    expect(mergeResults(value, [{ a: 2, b: 1 }, value, { a: 1, b: 3 }])).to.deep.equal({ a: 2, b: 3 });
    expect(mergeResults('1', ['1', 1])).to.equal(1);
  });
});
