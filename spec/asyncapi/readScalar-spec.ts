import { expect } from 'chai';
import { exampleOf, isScalar, readNumber, readString } from '../../lib/asyncapi/readScalar.js';

const at = (value: object) => ({ value, pointer: '#' });

describe('readScalar', () => {
  it('reads strings: lengths, pattern, formats that are checked', () => {
    expect(readString(at({ minLength: 1, maxLength: 2, pattern: '^x', format: 'date', default: 'x' }), {})).to.deep.equal({
      ...{ kind: 'string', minLength: 1, maxLength: 2, pattern: '^x', format: 'date', example: 'x' },
    });
    expect(readString(at({ format: 'password' }), {})).to.deep.equal({ kind: 'string' });
    expect(readString(at({ format: 'ticker' }), { formats: ['ticker'] })).to.deep.equal({ kind: 'string' });
    expect(() => readString(at({ format: 'ticker' }), {})).to.throw('#/format: "ticker" is no format of a string');
    expect(() => readString(at({ format: 'toString' }), {})).to.throw('#/format: "toString"');
    expect(() => readString(at({ pattern: '(' }), {})).to.throw('#/pattern: is no regular expression');
  });

  it('reads numbers: the narrower of a range and that of the format', () => {
    expect(readNumber(at({ format: 'int32', minimum: 0 }), false)).to.deep.equal({
      kind: 'number',
      integer: true,
      minimum: 0,
      maximum: 2 ** 31 - 1,
    });
    expect(readNumber(at({ exclusiveMaximum: 1, multipleOf: 0.5, examples: ['1', 0.5] }), false)).to.deep.equal({
      ...{ kind: 'number', exclusiveMaximum: 1, multipleOf: 0.5, example: 0.5 },
    });
    expect(readNumber(at({ format: 'date' }), true)).to.deep.equal({ kind: 'number', integer: true });
    expect(() => readNumber(at({ multipleOf: -1 }), false)).to.throw('#/multipleOf: must be above 0');
    expect(() => readNumber(at({ format: 'money' }), false)).to.throw('#/format: "money" is no format of a number');
  });

  it('knows constants and examples', () => {
    expect([null, 'a', 1, true, {}, [], undefined].filter(isScalar)).to.deep.equal([null, 'a', 1, true]);
    const isNumber = (value: unknown): value is number => typeof value === 'number';
    expect(exampleOf(at({ examples: ['a'], example: 1, default: 2 }), isNumber)).to.equal(1);
    expect(exampleOf(at({ examples: { a: 1 } }), isNumber)).to.equal(undefined);
  });
});
