import { expect } from 'chai';
import fc from 'fast-check';
import { compileTopic } from '../../lib/contract/compileTopic.js';
import { expandTopic } from '../../lib/contract/expandTopic.js';

describe('compileTopic', () => {
  const rows: readonly (readonly [template: string, name: string, params: unknown])[] = [
    ['bars', 'bars', {}],
    ['bars', 'bars:x', undefined],
    ['bars:{s}', 'bars:SPX', { s: 'SPX' }],
    ['bars:{s}', 'bars:', undefined],
    ['bars:{s}', 'x bars:SPX', undefined],
    ['bars:{s}:{r}', 'bars:a%3Ab:1D', { s: 'a:b', r: '1D' }],
    ['bars.{s}', 'barsxSPX', undefined],
    ['bars:{s}', 'bars:%E0%A4%A', undefined],
  ];
  for (const [template, name, params] of rows)
    it(`finds ${JSON.stringify(params)} in ${name} by ${template}`, () => {
      expect(compileTopic(template)(name)).to.deep.equal(params);
    });

  it('reads what expandTopic wrote, whatever the template writes between its parameters', () => {
    const oneOf = (chars: string) => fc.constantFrom(...Array.from(chars));
    const text = fc.string({ minLength: 1, unit: 'grapheme' });
    // Of the template's own, and any: a value that looks like the template is the hard case.
    const value = fc.oneof(text, fc.string({ minLength: 1, unit: oneOf(".-!~*'()_:/ x2DE%{}\n") }));
    const literal = fc.string({ minLength: 1, maxLength: 3, unit: oneOf(".-!~*'()_:/ x2DE→\u0001") });
    const property = fc.property(literal, literal, literal, value, value, (before, between, after, a, b) => {
      const template = `${before}{a}${between}{b}${after}`;
      const { name } = expandTopic(template, { a, b });
      expect(compileTopic(template)(name), `${template} → ${name}`).to.deep.equal({ a, b });
    });
    fc.assert(property, { seed: 20_261_120, numRuns: 1_000 });
  });
});
