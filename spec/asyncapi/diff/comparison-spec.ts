import { expect } from 'chai';
import { assuming, createComparison } from '../../../lib/asyncapi/diff/comparison.js';

const side = { behind: <S>(shape: S): S => shape, named: () => undefined };
const misfit = { pointer: '#', sent: '', received: '' };

describe('createComparison', () => {
  it('has its reverse, which has it', () => {
    const other = { ...side };
    const comparison = createComparison(side, other, { strict: true, misses: true });
    expect(comparison.reversed).to.include({ from: other, to: side, strict: true, misses: false });
    expect(comparison.reversed.reversed).to.equal(comparison);
  });
});

describe('assuming', () => {
  it('takes what is being compared for fitting, and what did fit', () => {
    const comparison = createComparison(side, side, {});
    let runs = 0;
    const again = (): readonly (typeof misfit)[] => {
      runs++;
      return assuming('a', comparison, again);
    };
    expect(assuming('a', comparison, again)).to.deep.equal([]);
    expect(assuming('a', comparison, again)).to.deep.equal([]);
    expect(runs).to.equal(1);
  });

  it('knows what did not fit, each once, at its place', () => {
    const comparison = createComparison(side, side, {});
    let runs = 0;
    const twice = (): readonly (typeof misfit)[] => {
      runs++;
      return [misfit, { ...misfit }];
    };
    for (const pointer of ['#/a', '#/a', '#/b']) expect(assuming('a', comparison, twice, pointer)).to.deep.equal([misfit]);
    expect(runs).to.equal(2);
  });

  it('forgets what rests on an assumption that is wrong, in both directions', () => {
    const comparison = createComparison(side, side, {});
    const found = assuming('a', comparison, () => {
      assuming('b', comparison, () => assuming('a', comparison, () => [misfit]));
      assuming('c', comparison.reversed, () => []);
      return [misfit];
    });
    expect(found).to.deep.equal([misfit]);
    expect([...comparison.assumed, ...comparison.reversed.assumed]).to.deep.equal([]);
  });
});
