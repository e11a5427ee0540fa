import { expect } from 'chai';
import * as t from 'io-ts';
import { extraField, leaves } from '../../lib/io-ts/part.js';
import { refused } from '../../lib/io-ts/refused.js';
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
  });

  it('leaves to the run what is no plain comparison', () => {
    const others = [
      t.unknown,
      t.undefined,
      t.literal(0),
      t.literal(undefined as never) as unknown as t.Any,
      t.Int,
      t.UnknownRecord,
      length,
    ];
    expect(others.flatMap(left)).to.deep.equal([]);
  });

  it('knows of a union what comes before the first member that may be something else', () => {
    expect(left(t.union([t.string, t.null]))).to.deep.equal(['x', 'y', null]);
    expect(left(t.union([t.literal('x'), t.number, t.null]))).to.deep.equal(['x', 1, null, 0]);
    expect(left(t.union([t.null, length, t.string, t.number]))).to.deep.equal([null]);
    expect(left(t.union([t.union([t.null, length]), t.string]))).to.deep.equal([]);
  });
});

describe('extraField', () => {
  it('is passed over', () => {
    const { takes, literal, run } = extraField('more');
    expect(values.every((value) => leaves(takes, literal, value))).to.equal(true);
    expect(run(1)).to.equal(refused);
  });
});
