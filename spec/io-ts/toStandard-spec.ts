import { expect } from 'chai';
import * as t from 'io-ts';
import { validatePayload } from '../../lib/contract/validatePayload.js';
import { compileDecoder } from '../../lib/io-ts/compileDecoder.js';
import { DateFromISOString } from '../../lib/io-ts/dates.js';
import { toStandard } from '../../lib/io-ts/toStandard.js';

const Order = t.type({ symbol: t.string, lines: t.array(t.type({ price: t.number })), at: DateFromISOString });
const at = '2026-11-30T14:45:00.000Z';

describe('toStandard', () => {
  it('gives what decode gives', () => {
    for (const type of [Order, compileDecoder(Order)])
      expect(toStandard(type)['~standard'].validate({ symbol: 'a', lines: [], at })).to.deep.equal({
        value: { symbol: 'a', lines: [], at: new Date(at) },
      });
  });

  it('says where a value is wrong, with indexes as numbers, and does not quote it', () => {
    const result = toStandard(Order)['~standard'].validate({ symbol: 7, lines: [{ price: 'secret' }], at });
    expect(result).to.deep.equal({
      issues: [
        { message: 'Expected string', path: ['symbol'] },
        { message: 'Expected number', path: ['lines', 0, 'price'] },
      ],
    });
    expect(toStandard(Order)['~standard'].validate(null)).to.have.deep.nested.property('issues[0].path', []);
  });

  it('is a codec of rxgate', () => {
    const paths = validatePayload(toStandard(Order), 'orders.place', { lines: [{}], at });
    expect(paths).to.have.nested.property('error.paths').that.deep.equals(['symbol', 'lines.0.price']);
  });

  it('has the message that the type itself gives', () => {
    const own = new t.Type('Own', t.string.is, (value, context) => t.failure(value, context, 'no such thing'), t.identity);
    expect(toStandard(own)['~standard'].validate(1)).to.deep.equal({ issues: [{ message: 'no such thing', path: [] }] });
  });

  it('throws a TypeError for what is no type, and for an unknown target', () => {
    expect(() => toStandard({} as t.Any)).to.throw(TypeError, 'toStandard: codec must be a type of io-ts');
    expect(() => toStandard(t.string)['~standard'].jsonSchema.input({ target: 'draft-04' })).to.throw(
      TypeError,
      'toStandard: target',
    );
  });
});
