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
    'tagged, the tag last': [
      t.union([
        t.type({ n: t.number, k: t.literal('a') }),
        t.type({ k: t.literal(undefined as never) as unknown as t.Any, n: t.string }),
      ]),
      ...[{ n: 1, k: 'a' }, { n: NaN, k: 'a' }, Object.assign(Object.create({ k: 'a' }) as object, { n: NaN }), { n: 'x' }],
      ...[{ n: 'x', k: undefined }, { n: 1 }, Object.assign(Object.create({ k: 'a' }) as object, { n: 1 })],
    ],
    'intersection with what takes anything': [t.intersection([t.any, t.type({ b: optional })]), null, 7, { b: 1 }, {}],
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
