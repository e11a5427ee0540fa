import * as t from 'io-ts';
import { createGenerator } from '../../../lib/io-ts/generate/createGenerator.js';
import { evaluate } from '../../../lib/io-ts/generate/evaluate.js';
import { expectVerdicts } from '../../support/expectVerdicts.js';

const short = t.brand(t.string, (key): key is t.Branded<string, { readonly Short: symbol }> => key.length < 3, 'Short');
const orZero = new t.Type<number, number, unknown>('OrZero', t.number.is, (value) => t.success(value ? 1 : 0), Number);

describe('writeRecord', () => {
  const inherits = (own: object): unknown => Object.assign(Object.create({ a: 'x', long: 'x', n: 1 }) as object, own);
  const values = [
    ...[{}, { a: 1 }, { a: 1, b: NaN, c: 2 }, { a: 1, long: 'x' }, { long: 'x', a: NaN, b: 1 }, { a: 'x' }, { b: 7, a: 1 }],
    ...[JSON.parse('{"__proto__":1}'), JSON.parse('{"a":7,"__proto__":{"b":1}}'), { 2: 7, 1: 1 }, { a: 1, [Symbol('s')]: 1 }],
    ...[inherits({}), inherits({ b: 1 }), inherits({ b: 7, long: 1 }), inherits({ a: 7 }), Object.create(null), [], [1], null],
  ];
  const domains = { string: t.string, any: t.any, short, number: t.number, kept: t.UnknownArray };
  const codomains = {
    string: t.string,
    number: t.number,
    orZero,
    list: t.array(t.string),
    item: t.union([t.string, t.type({ a: t.number }), t.number]),
  };
  for (const [key, domain] of Object.entries<t.Any>(domains))
    for (const [field, codomain] of Object.entries<t.Any>(codomains))
      it(`reads what record does with keys of ${key} and fields of ${field}`, () => {
        const type = t.record(domain, codomain);
        expectVerdicts(type, createGenerator(evaluate)(type), values);
      });

  it('gives the zero that its type gives, also of what came before a key that is left out', () => {
    const notX = t.refinement(t.string, (key) => key !== 'x');
    for (const codomain of [t.literal(0), t.union([t.literal(-0), t.string])]) {
      const type = t.record(notX, codomain);
      expectVerdicts(type, createGenerator(evaluate)(type), [
        ...[JSON.parse('{"a":-0,"x":0}'), { a: 0, b: -0, x: 1, c: -0, d: 0 }, { x: 1, a: -0 }, { a: -0, b: 0 }, { a: 1 }],
        JSON.parse('{"__proto__":-0,"a":0,"x":1}'),
      ]);
    }
  });

  it('stands in other types, which go on behind it', () => {
    const type = t.union([
      t.type({ all: t.record(short, t.array(t.string)), kind: t.string }),
      t.array(t.record(t.string, t.number)),
      t.null,
    ]);
    expectVerdicts(type, createGenerator(evaluate)(type), [
      ...[{ all: { a: ['x'] }, kind: '' }, { all: { a: [1] }, kind: '' }, { all: { long: 1 }, kind: '' }, { all: {} }],
      ...[[{ a: 1 }, { b: 'x' }], [{ a: NaN }, { b: 1 }], null],
    ]);
  });
});
