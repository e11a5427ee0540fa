import * as t from 'io-ts';
import { composeFields } from '../../lib/io-ts/composeFields.js';
import { expectVerdicts } from '../support/expectVerdicts.js';
import { fieldsOf } from '../support/partIn.js';

describe('composeFields', () => {
  const props = { a: t.string, b: t.number, c: t.union([t.literal('x'), t.undefined]), d: t.literal(1), e: t.boolean };
  const good = { a: 'x', b: 1, c: 'x', d: 1, e: true };

  it('reads what is there, missing, undefined, NaN or inherited as io-ts does', () => {
    const { c: _c, ...without } = good;
    expectVerdicts(t.type(props), composeFields(fieldsOf(props)), [
      ...[good, { more: 1, ...good }, { ...good, b: 'x' }, { ...good, d: 2 }, { e: true, d: 1, c: 'x', b: 1, a: 'x' }],
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
    expectVerdicts(t.type(odd), composeFields(fieldsOf(odd)), [
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

  it('takes what an optional one has not, or has as undefined, and refuses what is wrong', () => {
    const type = t.partial({ a: t.string, b: t.union([t.number, t.undefined]), c: t.literal(0) });
    const values = [{}, { a: 'x' }, { a: undefined, b: undefined }, { b: NaN }, { c: -0 }, { more: 1 }, { a: null }, { b: 'x' }];
    expectVerdicts(type, composeFields(fieldsOf(type.props, true)), [...values, null, []]);
  });
});
