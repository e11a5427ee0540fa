import * as t from 'io-ts';
import { createGenerator } from '../../../lib/io-ts/generate/createGenerator.js';
import { evaluate } from '../../../lib/io-ts/generate/evaluate.js';
import { expectVerdicts } from '../../support/expectVerdicts.js';

const optional = t.union([t.number, t.undefined]);
const tagged = t.union([t.type({ k: t.literal('a'), n: t.number }), t.strict({ k: t.literal(1) })]);

describe('writeType', () => {
  const rows: Readonly<Record<string, readonly [t.Any, ...unknown[]]>> = {
    type: [t.type({ a: optional, b: t.string }), { a: 1, b: '' }, { b: '' }, { a: NaN, b: '' }, { a: 1 }, null, []],
    partial: [t.partial({ a: t.string, b: optional }), {}, { a: undefined }, { b: NaN }, { a: 1 }, { b: '' }, null],
    exact: [t.strict({ a: optional }), { a: 1 }, { a: 1, more: 1 }, {}, { a: 'x' }, [], null],
    array: [t.array(optional), [], [1, NaN, undefined], ['x'], {}],
    tuple: [t.tuple([optional, t.string]), [1, 'x'], [NaN, 'x', 2], [1], ['x'], {}],
    union: [t.union([t.string, t.type({ a: t.number }), t.null]), 'x', null, { a: 1 }, { a: NaN }, { a: 'x' }, 7],
    tagged: [tagged, { k: 'a', n: NaN }, { k: 1, more: 1 }, { k: 'a' }, { k: 2 }, {}, null],
    intersection: [
      t.intersection([t.strict({ a: t.number }), t.type({ b: optional })]),
      { a: 1, b: 1 },
      { a: 1 },
      { a: 'x' },
      null,
    ],
  };
  for (const [form, [type, ...values]] of Object.entries(rows))
    it(`reads a value as ${form} does`, () => {
      expectVerdicts(type, createGenerator(evaluate)(type), values);
    });
});
