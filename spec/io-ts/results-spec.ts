import { expect } from 'chai';
import { mergeResults, pick, sameKeys, strip } from '../../lib/io-ts/results.js';

describe('sameKeys', () => {
  it('compares keys and their order', () => {
    expect([sameKeys([], []), sameKeys(['a', 'b'], ['a', 'b'])]).to.deep.equal([true, true]);
    expect([sameKeys(['a'], []), sameKeys(['a', 'b'], ['b', 'a']), sameKeys(['a'], ['a', 'b'])]).to.deep.equal([
      false,
      false,
      false,
    ]);
  });
});

describe('pick', () => {
  it('gives some fields in the order that is asked for', () => {
    expect(Object.entries(pick({ a: 1, b: 2, c: 3 }, ['c', 'a']))).to.deep.equal([
      ['c', 3],
      ['a', 1],
    ]);
  });
});

describe('strip', () => {
  it('takes out what is not among the props, and gives the same object where there is nothing to take out', () => {
    const strips = (value: Record<string, unknown>) => strip(value, { a: 0, b: 0 });
    for (const value of [{}, { a: 1 }, { b: 1, a: 1 }]) expect(strips(value)).to.equal(value);
    expect([{ a: 1, more: 2, toString: 3 }, { more: 2, a: 1 }, { more: 1 }].map(strips)).to.deep.equal([{ a: 1 }, { a: 1 }, {}]);
    expect(strips(Object.defineProperty({ a: 1 }, 'hidden', { value: 2 })))
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
