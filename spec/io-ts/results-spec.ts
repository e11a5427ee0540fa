import { expect } from 'chai';
import { mergeResults, stripKeys } from '../../lib/io-ts/results.js';

describe('stripKeys', () => {
  it('takes out what is not among the props, and gives the same object where there is nothing to take out', () => {
    const value = { a: 1 };
    expect(stripKeys(value, { a: 0, b: 0 })).to.equal(value);
    expect(stripKeys({ a: 1, more: 2, toString: 3 }, { a: 0 })).to.deep.equal({ a: 1 });
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
