import * as t from 'io-ts';
import { createGenerator } from '../../../lib/io-ts/generate/createGenerator.js';
import { evaluate } from '../../../lib/io-ts/generate/evaluate.js';
import { expectVerdicts } from '../../support/expectVerdicts.js';

describe('writeExact', () => {
  it('takes out what the type does not know, in any order, again and again', () => {
    const type = t.strict({ a: t.union([t.number, t.undefined]), b: t.string });
    const values = [
      ...[{ a: 1, b: 'x' }, { a: 1, more: 1, b: 'x' }, { b: 'x', more: 1, a: NaN }, { more: 1, b: 'x' }, { b: 'x' }, {}],
      ...[Object.defineProperty({ a: 1, b: 'x' }, 'hidden', { value: 1 }), Object.create({ a: 1, b: 'x' }), { a: 'x', b: 'x' }],
      ...[{ a: 1, b: 'x', [Symbol('s')]: 1 }, [], null, 7],
    ];
    expectVerdicts(type, createGenerator(evaluate)(type), [...values, ...values.slice().reverse(), ...values]);
  });
});
