import { expect } from 'chai';
import { optional, readAmount, readFlag, readId, readOwnId, readPosition, readText } from '../../lib/protocols/fields.js';
import type { JsonObject } from '../../lib/protocols/jsonReader.js';

type Read = (frame: JsonObject, name: string) => unknown;
const largest = Number.MAX_SAFE_INTEGER;

// Which field of which frame is read by what is told in readCommandNotify-spec.ts. Here are the edges of each reader.
const readers: readonly (readonly [name: string, read: Read, good: readonly unknown[], bad: readonly unknown[], rule: string])[] =
  [
    ['readText', readText, ['', 'a'], [undefined, null, 0, false, ['a']], 'a string'],
    ['readFlag', readFlag, [true, false], [undefined, null, 0, 1, 'true'], 'true or false'],
    [
      'readAmount',
      readAmount,
      [0, -0, 0.5, largest + 1, Number.MAX_VALUE],
      [undefined, null, -Number.MIN_VALUE, Infinity, NaN, '5', 5n],
      'a number that is not negative',
    ],
    [
      'readId',
      readId,
      ['', '7', 'a', 0, -7, 1.5, largest, -largest],
      [undefined, null, largest + 1, -largest - 1, Infinity, NaN, true, {}],
      'a string, or a number up to 2^53 - 1',
    ],
  ];

describe('fields', () => {
  for (const [name, read, good, bad, rule] of readers) {
    it(`${name} gives the value as it is`, () => {
      for (const value of good) expect(read({ type: 'X', field: value }, 'field')).to.equal(value);
    });
    for (const value of bad)
      it(`${name} refuses ${typeof value} ${String(value)}, naming frame, field and rule`, () => {
        expect(() => read({ type: 'X', field: value }, 'field')).to.throw(`X field must be ${rule}`);
      });
  }

  it('call a frame without a type a request, and are malformed messages without the value in their text', () => {
    for (const type of [undefined, null])
      expect(() => readFlag({ type, field: 'secret' }, 'field'))
        .to.throw(/^(?!.*secret).*request field must be true or false/)
        .that.includes({ kind: 'malformedMessage', direction: 'in' });
  });

  it('optional takes null and what is not there for missing, and nothing else', () => {
    for (const frame of [{}, { field: undefined }, { field: null }])
      expect(optional(readText, frame, 'field')).to.equal(undefined);
    for (const field of ['', 'a']) expect(optional(readText, { field }, 'field')).to.equal(field);
    expect(optional(readFlag, { field: false }, 'field')).to.equal(false);
    expect(optional(readAmount, { field: 0 }, 'field')).to.equal(0);
    expect(() => optional(readText, { type: 'X', field: 0 }, 'field')).to.throw('X field must be a string');
  });

  const ids: readonly (readonly [unknown, unknown])[] = [
    ['7', 7],
    ['0', 0],
    ['-7', -7],
    [7, 7],
    [String(largest), largest],
    ['9007199254740992', '9007199254740992'],
    ['07', '07'],
    ['-0', '-0'],
    ['7.0', '7.0'],
    ['1e3', '1e3'],
    ['0x7', '0x7'],
    [' 7', ' 7'],
    ['', ''],
    ['a-7', 'a-7'],
    [1.5, 1.5],
  ];
  for (const [wire, id] of ids)
    it(`readOwnId takes ${JSON.stringify(wire)} for ${typeof id} ${JSON.stringify(id)}`, () => {
      expect(readOwnId({ id: wire }, 'id')).to.equal(id);
    });

  it('readPosition makes a new object of epoch and offset alone', () => {
    const position = { epoch: '', offset: 0, extra: 1 };
    expect(readPosition({ position }, 'position')).to.deep.equal({ epoch: '', offset: 0 });
    expect(readPosition({ position: { epoch: 'a', offset: largest } }, 'position')).to.deep.equal({
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
    it(`readPosition refuses ${JSON.stringify(position)}`, () => {
      expect(() => readPosition({ type: 'X', position }, 'position')).to.throw('X position must be { epoch: a string');
    });
});
