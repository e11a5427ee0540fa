import { expect } from 'chai';
import fc from 'fast-check';
import * as t from 'io-ts';
import { generateDecoder } from '../../../lib/io-ts/generate/generateDecoder.js';
import { typesWithValues } from '../../support/ioTsModels.js';
import { expectSameDecoding } from '../../support/sameDecoding.js';

// spec/programs/compiledDecoders-spec.ts runs 10,000.
const seed = 20_261_130;

describe('generateDecoder', () => {
  it(`has the values, errors and paths of decode, over 100 random types (seed ${seed})`, () => {
    fc.assert(
      fc.property(typesWithValues(4), ({ type, values }) => {
        const generated = generateDecoder(type);
        for (const value of values) expectSameDecoding(type, generated, value);
      }),
      { seed, numRuns: 100 },
    );
  });

  it('lets no name or literal of a type break out of its place in the code', () => {
    const evil = [`"]; throw new Error('out'); //`, '`${process.exit(1)}`', "'", '\u2028', '*/', '\\"];throw 1;//'];
    for (const text of evil) {
      const type = t.type({ [text]: t.literal(text), other: t.union([t.type({ [text]: t.keyof({ [text]: null }) }), t.null]) });
      const good = { [text]: text, other: { [text]: text } };
      expectSameDecoding(type, generateDecoder(type), good);
      expect(generateDecoder(type).decode(good)._tag).to.equal('Right');
      expect(generateDecoder(type).decode({ ...good, [text]: '' })._tag).to.equal('Left');
    }
  });

  it('throws a TypeError for an onForbidden that is no function', () => {
    expect(() => generateDecoder(t.string, { onForbidden: 1 as never })).to.throw(TypeError, 'onForbidden');
  });
});
