import { expect } from 'chai';
import * as t from 'io-ts';
import { extraField, leaves } from '../../lib/io-ts/part.js';
import { refused } from '../../lib/io-ts/refused.js';
import { NonEmptyString } from '../../lib/io-ts/nonEmpty.js';
import { partIn } from '../support/partIn.js';

const values = ['x', 'y', 1, NaN, true, null, 0, undefined, {}];
const left = (type: t.Any): unknown[] => {
  const { takes, literal } = partIn(type);
  return values.filter((value) => leaves(takes, literal, value));
};
const length = new t.Type<number, string, unknown>(
  'Length',
  t.number.is,
  (value, context) => (typeof value === 'string' ? t.success(value.length) : t.failure(value, context)),
  String,
);

describe('partOf', () => {
  it('knows what a type surely leaves as it is', () => {
    expect([t.string, t.number, t.boolean, t.null].map(left)).to.deep.equal([['x', 'y'], [1, 0], [true], [null]]);
    expect([t.literal('x'), t.literal(1)].map(left)).to.deep.equal([['x'], [1]]);
    expect([t.Int, t.Integer].map(left)).to.deep.equal([
      [1, 0],
      [1, 0],
    ]);
    expect([t.keyof({ x: null, y: null, z: null }), t.keyof({ y: null })].map(left)).to.deep.equal([['x', 'y'], ['y']]);
    expect(left(t.brand(t.literal(1.5), (_): _ is t.Branded<1.5, { readonly Odd: symbol }> => true, 'Odd'))).to.deep.equal([]);
  });

  it('leaves to the run what is no plain comparison', () => {
    const others = [
      t.unknown,
      t.undefined,
      t.literal(0),
      t.literal(undefined as never) as unknown as t.Any,
      NonEmptyString,
      t.keyof({}) as unknown as t.Any,
      t.literal(NaN),
      t.refinement(t.string as unknown as t.NumberC, Number.isInteger),
      t.UnknownRecord,
      length,
    ];
    expect(others.flatMap(left)).to.deep.equal([]);
  });

  it('knows of a union what comes before the first member that may be something else', () => {
    expect(left(t.union([t.string, t.null]))).to.deep.equal(['x', 'y', null]);
    expect(left(t.union([t.literal('x'), t.number, t.null]))).to.deep.equal(['x', 1, null, 0]);
    expect(left(t.union([t.literal('x'), t.literal('z'), t.literal(true), t.Int]))).to.deep.equal(['x', 1, true, 0]);
    expect(left(t.union([t.literal('x'), t.literal(NaN), t.null]))).to.deep.equal(['x']);
    expect(left(t.union([t.null, length, t.string, t.number]))).to.deep.equal([null]);
    expect(left(t.union([t.union([t.null, length]), t.string]))).to.deep.equal([]);
  });
});

describe('partOf, of what is not there', () => {
  it('knows whether more than a comparison is to be asked', () => {
    const plain = [t.string, t.Int, t.keyof({ a: null }), t.union([t.null, t.literal('x'), t.keyof({ y: null })])];
    const others = [
      length,
      t.undefined,
      t.type({}),
      t.union([t.string, length]),
      t.literal(NaN),
      t.union([t.string, t.undefined]),
    ];
    expect(plain.map((type) => partIn(type).plain)).to.deep.equal(plain.map(() => true));
    expect(others.map((type) => partIn(type).plain)).to.deep.equal(others.map(() => false));
  });
});

describe('extraField', () => {
  it('is passed over', () => {
    const { takes, literal, run } = extraField('more');
    expect(values.every((value) => leaves(takes, literal, value))).to.equal(true);
    expect(run(1)).to.equal(refused);
  });
});
