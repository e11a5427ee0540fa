import * as t from 'io-ts';
import { composeRecord } from '../../lib/io-ts/composeRecord.js';
import { expectVerdicts } from '../support/expectVerdicts.js';
import { partIn } from '../support/partIn.js';

describe('composeRecord', () => {
  const short = t.brand(t.string, (key): key is t.Branded<string, { readonly Short: symbol }> => key.length < 3, 'Short');

  it('leaves out keys that the domain refuses, and refuses values of the others', () => {
    const type = t.record(short, t.number);
    expectVerdicts(type, composeRecord(partIn(short), partIn(t.number), false), [
      ...[{}, { a: 1 }, { a: 1, long: 'x' }, { long: 'x', a: NaN }, { a: NaN, b: 2 }, { a: 'x' }, [], null],
    ]);
  });

  it('gives the zero that its type gives, also of what came before a key that is left out', () => {
    const notX = t.refinement(t.string, (key) => key !== 'x');
    for (const codomain of [t.literal(0), t.union([t.literal(-0), t.string])])
      expectVerdicts(t.record(notX, codomain), composeRecord(partIn(notX), partIn(codomain), false), [
        ...[JSON.parse('{"a":-0,"x":0}'), { a: 0, b: -0, x: 1, c: -0, d: 0 }, { x: 1, a: -0 }, { a: -0, b: 0 }, { a: 1 }],
        JSON.parse('{"__proto__":-0,"a":0,"x":1}'),
      ]);
  });

  it('takes a list where any value will do', () => {
    expectVerdicts(t.record(t.string, t.any), composeRecord(partIn(t.string), partIn(t.any), true), [{ a: 1 }, ['x'], null]);
  });

  it('passes over what is inherited, also in what it copies', () => {
    const inherits = Object.assign(Object.create({ a: 'x' }) as object, { b: 1, c: NaN });
    expectVerdicts(t.record(t.string, t.number), composeRecord(partIn(t.string), partIn(t.number), false), [
      ...[
        inherits,
        Object.create(null),
        Object.assign(Object.create(null) as object, { a: 1, b: NaN }),
        JSON.parse('{"__proto__":1}'),
        null,
      ],
    ]);
  });
});
