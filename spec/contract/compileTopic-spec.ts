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
    ['bars:{s}', 'bars:a%', undefined],
    ['bars:{s}', 'bars:a%2', undefined],
    ['bars:{s}:{r}', 'bars:a', undefined],
    ['bars:{s}:{r}', 'bars:a:', undefined],
    ['bars:{s}:{r}', 'bars:a:b:c', { s: 'a', r: 'b:c' }],
    ['bars:{s}:{r}', 'bars:::::', { s: ':', r: '::' }],
    ['{a}{b}', 'xyz', { a: 'x', b: 'yz' }],
    ['{a}25', 'x%25', undefined],
    ['{a}25', 'x%2525', { a: 'x%' }],
    ['{a}x', 'x', undefined],
    ['{a}x', 'xxx', { a: 'xx' }],
    ['{a}:x', '1:y', undefined],
    ['{a}2{b}', '%252b', { a: '%', b: 'b' }],
  ];
  for (const [template, name, params] of rows)
    it(`finds ${JSON.stringify(params)} in ${name} by ${template}`, () => {
      expect(compileTopic(template)(name)).to.deep.equal(params);
    });

  it('takes a time that grows with the length of a name, whatever is in it: names come from anybody', () => {
    const match = compileTopic('a:{x}:{y}:{z}');
    const millionsOf = (text: string) => `a:${text.repeat(1_000_000 / text.length)}%`;
    // An expression that goes back would take years for the first.
    for (const text of [':', 'a:', 'a', '%3A:']) expect(match(millionsOf(text)), text).to.equal(undefined);
  }).timeout(5_000);

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
