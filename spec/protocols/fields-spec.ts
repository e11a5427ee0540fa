import { expect } from 'chai';
import { amount, anything, type Field, flag, idField, positionField, readField, text } from '../../lib/protocols/fields.js';

const largest = Number.MAX_SAFE_INTEGER;

// Which field of which frame is read by what is told in readCommandNotify-spec.ts. Here are the edges of each reader.
const makers: readonly (readonly [
  name: string,
  make: (name: string, required?: boolean) => Field,
  good: readonly unknown[],
  bad: readonly unknown[],
  rule: string,
])[] = [
  ['text', text, ['', 'a'], [0, false, ['a']], 'a string'],
  ['flag', flag, [true, false], [0, 1, 'true'], 'true or false'],
  [
    'amount',
    amount,
    [0, -0, 0.5, largest + 1, Number.MAX_VALUE],
    [-Number.MIN_VALUE, Infinity, NaN, '5', 5n],
    'a number that is not negative',
  ],
  [
    'idField',
    idField,
    ['', '7', 'a', 0, -7, 1.5, largest, -largest],
    [largest + 1, -largest - 1, Infinity, NaN, true, {}],
    'a string, or a number up to 2^53 - 1',
  ],
];

describe('fields', () => {
  for (const [name, make, good, bad, rule] of makers) {
    it(`${name} gives the value as it is`, () => {
      for (const value of good) expect(readField({ type: 'X', field: value }, make('field'))).to.equal(value);
    });
    for (const value of bad)
      it(`${name} refuses ${typeof value} ${String(value)}, naming frame, field and rule`, () => {
        expect(() => readField({ type: 'X', field: value }, make('field'))).to.throw(`X field must be ${rule}`);
      });
    it(`${name} takes null and what is not there for missing`, () => {
      for (const frame of [{}, { field: undefined }, { field: null }])
        expect(readField({ type: 'X', ...frame }, make('field'))).to.equal(undefined);
    });
  }

  for (const [name, make] of [
    ['text', text],
    ['idField', idField],
  ] as const)
    it(`${name} that is required refuses null and what is not there`, () => {
      for (const frame of [{}, { field: undefined }, { field: null }])
        expect(() => readField({ type: 'X', ...frame }, make('field', true))).to.throw('X field must be a string');
    });

  it('call a frame without a type a request, and do not quote the value', () => {
    for (const type of [undefined, null])
      expect(() => readField({ type, field: 'secret' }, flag('field'))).to.throw(
        TypeError,
        /^request field must be true or false$/,
      );
  });

  it('anything gives every value as it is, null too', () => {
    for (const field of [undefined, null, 0, '', []]) expect(readField({ field }, anything('field'))).to.equal(field);
  });

  it('positionField makes a new object of epoch and offset alone', () => {
    const position = { epoch: '', offset: 0, extra: 1 };
    expect(readField({ position }, positionField('position'))).to.deep.equal({ epoch: '', offset: 0 });
    expect(readField({ position: { epoch: 'a', offset: largest } }, positionField('position'))).to.deep.equal({
      epoch: 'a',
      offset: largest,
    });
  });

  for (const position of [
    7,
    '',
    [],
    {},
    { epoch: 'a', offset: -1 },
    { epoch: 'a', offset: largest + 1 },
    { epoch: null, offset: 1 },
  ])
    it(`positionField refuses ${JSON.stringify(position)}`, () => {
      expect(() => readField({ type: 'X', position }, positionField('position'))).to.throw(
        'X position must be { epoch: a string',
      );
    });
});
