import { expect } from 'chai';
import { intInRange } from '../../lib/io-ts/intInRange.js';

describe('intInRange', () => {
  it('takes whole numbers from min to max, both included', () => {
    const Port = intInRange(1, 65_535);
    expect(Port.name).to.equal('Int(1..65535)');
    expect([1, 65_535, 0, 65_536, 1.5, NaN, '1'].map(Port.is)).to.deep.equal([true, true, false, false, false, false, false]);
  });

  it('may leave a side open', () => {
    expect([0, 1e15, -1, Infinity].map(intInRange(0, Infinity).is)).to.deep.equal([true, true, false, false]);
  });

  it('throws for bounds that are none', () => {
    expect(() => intInRange(2, 1)).to.throw(RangeError, 'intInRange: max must be a number from 2');
    expect(() => intInRange(NaN, 1)).to.throw(TypeError, 'min');
  });
});
