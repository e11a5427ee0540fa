import { expect } from 'chai';
import * as t from 'io-ts';
import { composeFields } from '../../lib/io-ts/composeFields.js';
import { refused } from '../../lib/io-ts/refused.js';
import { expectVerdicts } from '../support/expectVerdicts.js';
import { fieldsOf } from '../support/partIn.js';

describe('composeFields', () => {
  const props = { a: t.string, b: t.number, c: t.union([t.literal('x'), t.undefined]), d: t.literal(1), e: t.boolean };
  const good = { a: 'x', b: 1, c: 'x', d: 1, e: true };

  it('takes the fields in any order, again and again, with others among them', () => {
    const orders = [good, { e: true, d: 1, c: 'x', b: 1, a: 'x' }, { more: 1, ...good }, { ...good, last: 0 }];
    const values = [...orders, { ...good, b: 'x' }, { ...good, d: 2 }, { e: 1, d: 1, c: 'x', b: 1, a: 'x' }];
    expectVerdicts(t.type(props), composeFields(fieldsOf(props), false), [...values, ...values.slice().reverse(), ...values]);
  });

  it('stops learning orders, and still reads them', () => {
    const run = composeFields(fieldsOf(props), false);
    const values = Array.from({ length: 40 }, (_, index) => ({ [`k${index}`]: 0, ...good }));
    for (const value of [...values, ...values]) expect(run(value)).to.equal(value);
    expect(run({ ...good, a: 1 })).to.equal(refused);
  });

  it('reads what is missing, undefined, NaN or inherited as io-ts does', () => {
    const { c: _c, ...without } = good;
    expectVerdicts(t.type(props), composeFields(fieldsOf(props), false), [
      ...[without, { ...good, c: undefined }, { ...good, b: NaN }, Object.create(good), Object.create({ ...good, c: undefined })],
      ...[
        { ...good, a: undefined },
        [],
        null,
        new Map(),
        Object.assign(Object.create({ b: 1 }) as object, { ...without, b: NaN }),
      ],
    ]);
  });

  it('reads a field called __proto__ as io-ts does', () => {
    const odd = Object.fromEntries([
      ['a', t.number],
      ['__proto__', t.literal(7)],
    ]);
    expectVerdicts(t.type(odd), composeFields(fieldsOf(odd), false), [
      ...[
        JSON.parse('{"a":1,"__proto__":7}'),
        { a: 1 },
        Object.fromEntries([
          ['a', NaN],
          ['__proto__', 7],
        ]),
      ],
    ]);
  });

  it('takes what a partial one has not, or has as undefined, and refuses what is wrong', () => {
    const type = t.partial({ a: t.string, b: t.union([t.number, t.undefined]), c: t.literal(0) });
    const values = [{}, { a: 'x' }, { a: undefined, b: undefined }, { b: NaN }, { c: -0 }, { more: 1 }, { a: null }, { b: 'x' }];
    expectVerdicts(type, composeFields(fieldsOf(type.props), true), [...values, null, [], ...values]);
  });

  it('reads what a partial one inherits, or has and does not list, when it has learnt an order without it', () => {
    const type = t.partial({ a: t.string, b: t.string, c: t.string });
    const hidden = Object.defineProperty({ b: 'x' }, 'a', { value: 7 });
    expectVerdicts(type, composeFields(fieldsOf(type.props), true), [
      ...[{ b: 'x' }, { b: 'y' }, hidden, Object.assign(Object.create({ c: 1 }) as object, { b: 'x' }), { b: 'x' }],
    ]);
  });

  it('asks a field that is not there what it makes of that', () => {
    const orZero = new t.Type<number, number, unknown>('OrZero', t.number.is, (value) => t.success(value ? 1 : 0), Number);
    const type = t.partial({ a: t.string, b: orZero });
    expectVerdicts(type, composeFields(fieldsOf(type.props), true), [
      { a: 'x' },
      { a: 'x' },
      { b: 1, a: 'x' },
      {},
      { a: 'y' },
      null,
    ]);
  });
});
