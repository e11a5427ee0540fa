import { expect } from 'chai';
import * as t from 'io-ts';
import { exactRecord } from '../../lib/io-ts/exactRecord.js';

describe('exactRecord', () => {
  const Order = exactRecord({ symbol: t.string }, { note: t.string }, 'Order');

  it('takes other fields out, and the optional ones as they come', () => {
    expect(Order.name).to.equal('Order');
    expect(Order.decode({ symbol: 'a', more: 1 })).to.deep.equal({ _tag: 'Right', right: { symbol: 'a' } });
    expect(Order.decode({ symbol: 'a', note: 'b' })).to.deep.equal({ _tag: 'Right', right: { symbol: 'a', note: 'b' } });
    expect(Order.encode({ symbol: 'a', more: 1 } as { symbol: string })).to.deep.equal({ symbol: 'a' });
    for (const wrong of [{}, { symbol: 'a', note: 1 }, null]) expect(Order.decode(wrong)._tag).to.equal('Left');
  });

  it('needs no optional fields, and throws a TypeError for fields that are no object', () => {
    expect(exactRecord({ a: t.string }).decode({ a: 'x', b: 1 })).to.deep.equal({ _tag: 'Right', right: { a: 'x' } });
    expect(() => exactRecord(1 as never)).to.throw(TypeError, 'exactRecord: required must be an object');
    expect(() => exactRecord({}, 1 as never)).to.throw(TypeError, 'exactRecord: optional must be an object');
  });
});
