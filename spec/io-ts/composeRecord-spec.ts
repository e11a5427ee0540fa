import * as t from 'io-ts';
import { createComposer } from '../../lib/io-ts/createComposer.js';
import { composeEntries, composePartial } from '../../lib/io-ts/composeRecord.js';
import { fieldOf } from '../../lib/io-ts/field.js';
import { expectVerdicts } from '../support/expectVerdicts.js';

const runOf = createComposer();

describe('composePartial', () => {
  it('takes what is missing or undefined, and refuses what is wrong', () => {
    const type = t.partial({ a: t.string, b: t.union([t.number, t.undefined]), c: t.literal(0) });
    const fields = Object.entries(type.props).map(([key, field]) => fieldOf(key, { form: 'own' }, runOf(field as t.Any)));
    expectVerdicts(type, composePartial(fields), [
      ...[{}, { a: 'x' }, { a: undefined, b: undefined }, { b: NaN }, { c: -0 }, { more: 1 }, { a: null }, { b: 'x' }, null, []],
    ]);
  });
});

describe('composeEntries', () => {
  const short = t.brand(t.string, (key): key is t.Branded<string, { readonly Short: symbol }> => key.length < 3, 'Short');

  it('leaves out keys that the domain refuses, and refuses values of the others', () => {
    const type = t.record(short, t.number);
    expectVerdicts(type, composeEntries(runOf(short), runOf(t.number), false), [
      ...[{}, { a: 1 }, { a: 1, long: 'x' }, { long: 'x', a: NaN }, { a: NaN, b: 2 }, { a: 'x' }, [], null],
    ]);
  });

  it('takes a list where any value will do', () => {
    expectVerdicts(t.record(t.string, t.any), composeEntries(runOf(t.string), runOf(t.any), true), [{ a: 1 }, ['x'], null]);
  });
});
