import { expect } from 'chai';
import { createHeldTopics } from '../../lib/protocols/heldTopics.js';

describe('createHeldTopics', () => {
  it('tells whether a name is still had by another subscription', () => {
    const held = createHeldTopics();
    for (const topic of ['x', 'x', 'y']) held.add('bars', topic);
    expect([held.remove('bars', 'x'), held.remove('bars', 'x'), held.remove('bars', 'y')]).to.deep.equal([true, false, false]);
    expect([held.remove('bars', 'x'), held.remove('quotes', 'x')]).to.deep.equal([false, false]);
  });

  it('knows the only name of a route', () => {
    const held = createHeldTopics();
    expect(held.only('bars')).to.equal(undefined);
    held.add('bars', 'x');
    held.add('bars', 'x');
    held.add('quotes', 'z');
    expect([held.only('bars'), held.only('quotes')]).to.deep.equal(['x', 'z']);
    held.add('bars', 'y');
    expect(held.only('bars')).to.equal(undefined);
    held.remove('bars', 'x');
    expect(held.only('bars')).to.equal(undefined);
    held.remove('bars', 'x');
    expect(held.only('bars')).to.equal('y');
  });
});
