import { expect } from 'chai';
import * as t from 'io-ts';
import { composeType } from '../../lib/io-ts/composeType.js';
import { createShapes } from '../../lib/io-ts/createShapes.js';
import { fieldOf } from '../../lib/io-ts/field.js';
import { refused, type Run } from '../../lib/io-ts/refused.js';
import { expectVerdicts } from '../support/expectVerdicts.js';

const runOf =
  (type: t.Any): Run =>
  (value) => {
    const result = type.decode(value);
    return result._tag === 'Right' ? (result.right as unknown) : refused;
  };
const fieldsOf = (props: t.Props) => Object.entries(props).map(([key, type]) => fieldOf(key, createShapes()(type), runOf(type)));

describe('composeType', () => {
  const props = { a: t.string, b: t.number, c: t.union([t.literal('x'), t.undefined]), d: t.literal(1), e: t.boolean };
  const good = { a: 'x', b: 1, c: 'x', d: 1, e: true };

  it('takes the fields in any order, again and again, with others among them', () => {
    const orders = [good, { e: true, d: 1, c: 'x', b: 1, a: 'x' }, { more: 1, ...good }, { ...good, last: 0 }];
    const values = [...orders, { ...good, b: 'x' }, { ...good, d: 2 }, { e: 1, d: 1, c: 'x', b: 1, a: 'x' }];
    expectVerdicts(t.type(props), composeType(fieldsOf(props)), [...values, ...values.slice().reverse(), ...values]);
  });

  it('stops learning orders, and still reads them', () => {
    const run = composeType(fieldsOf(props));
    const values = Array.from({ length: 40 }, (_, index) => ({ [`k${index}`]: 0, ...good }));
    for (const value of [...values, ...values]) expect(run(value)).to.equal(value);
    expect(run({ ...good, a: 1 })).to.equal(refused);
  });

  it('reads what is missing, undefined, NaN or inherited as io-ts does', () => {
    const { c: _c, ...without } = good;
    expectVerdicts(t.type(props), composeType(fieldsOf(props)), [
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
    expectVerdicts(t.type(odd), composeType(fieldsOf(odd)), [
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
});
