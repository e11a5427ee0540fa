import { expect } from 'chai';
import { isMany, listOf, type OneOrMany, putItem } from '../../lib/connection/oneOrMany.js';

describe('one or many', () => {
  const [a, b, c] = [{ a: 1 }, { b: 1 }, { c: 1 }];

  it('is nothing, one without a list, or a list in order', () => {
    const one: OneOrMany<object> = putItem<object>(undefined, a, true);
    const two = putItem<object>(one, b, true);
    const three = putItem<object>(putItem<object>(a, b, true), c, true);
    expect([one, two, three].map(isMany)).to.deep.equal([false, true, true]);
    expect(one).to.equal(a);
    expect([undefined, one, two, three].map((some) => listOf<object>(some))).to.deep.equal([[], [a], [a, b], [a, b, c]]);
    expect(putItem<object>(three, a)).to.deep.equal([b, c]);
    expect(putItem<object>(two, a)).to.equal(b);
    expect(putItem<object>(one, a)).to.equal(undefined);
  });

  it('takes nothing out of a list that somebody has, and lets it grow', () => {
    const list = putItem<object>(a, b, true);
    expect(putItem<object>(list, a)).to.equal(b);
    expect(list).to.deep.equal([a, b]);
    expect(putItem<object>(list, c, true)).to.equal(list);
    expect(list).to.deep.equal([a, b, c]);
  });

  it('has nothing twice, and is not changed by the leave of a stranger', () => {
    expect(putItem<object>(a, a, true)).to.equal(a);
    expect(putItem<object>([a, b], a, true)).to.deep.equal([a, b]);
    expect(putItem<object>(a, b)).to.equal(a);
  });
});
