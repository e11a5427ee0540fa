import { expect } from 'chai';
import { copyOf, isRecord, isRefused, refused } from '../../lib/io-ts/refused.js';

describe('refused', () => {
  it('takes for a record what is an object and no list', () => {
    expect([{}, Object.create(null), new Date(0)].map(isRecord)).to.deep.equal([true, true, true]);
    expect([null, undefined, [], 'x', () => 0].map(isRecord)).to.deep.equal([false, false, false, false, false]);
  });

  it('is a symbol like no other', () => {
    expect([refused, Symbol('refused'), 'refused', undefined].map(isRefused)).to.deep.equal([true, false, false, false]);
  });

  it('copies own fields; one called __proto__ becomes the prototype, as in io-ts', () => {
    const copy = copyOf(Object.assign(Object.create({ inherited: 1 }) as object, { a: 1 }));
    expect([Object.keys(copy), copy.inherited]).to.deep.equal([['a'], undefined]);
    expect(copyOf(JSON.parse('{"__proto__":{"b":2}}') as object).b).to.equal(2);
  });
});
