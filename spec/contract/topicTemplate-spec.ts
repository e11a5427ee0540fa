import { expect } from 'chai';
import fc from 'fast-check';
import { compileTopic, expandTopic } from '../../lib/contract/topicTemplate.js';

describe('expandTopic', () => {
  const rows: readonly (readonly [template: string, params: unknown, name: string, rest: unknown])[] = [
    ['bars', undefined, 'bars', undefined],
    ['bars', { a: 1 }, 'bars', { a: 1 }],
    ['bars:{s}:{r}', { s: 'SPX', r: '1D' }, 'bars:SPX:1D', undefined],
    ['bars:{s}:{r}', { s: 'SPX', r: 1, depth: 5 }, 'bars:SPX:1', { depth: 5 }],
    ['{s}/{s}', { s: 'x' }, 'x/x', undefined],
    ['bars:{s}', { s: 'a:b' }, 'bars:a%3Ab', undefined],
    ['bars:{s}', { s: '100%' }, 'bars:100%25', undefined],
    ['bars:{s}', { s: '{s}' }, 'bars:%7Bs%7D', undefined],
    ['bars:{s}', { s: 'ü ?/' }, 'bars:ü ?/', undefined],
    ['bars.{s}.{r}', { s: 'BRK.B', r: '1D' }, 'bars.BRK%2EB.1D', undefined],
    ['{s}-{r}', { s: "-!~*'()", r: 1 }, "%2D!~*'()-1", undefined],
    ['{s}_{r}', { s: 'a_b', r: 1 }, 'a%5Fb_1', undefined],
    ['bars_{s}', { s: 'a_b' }, 'bars_a_b', undefined],
    ['bars:{}', undefined, 'bars:{}', undefined],
    ['bars:{}', 'text', 'bars:{}', 'text'],
  ];
  for (const [template, params, name, rest] of rows)
    it(`makes ${name} of ${template} and ${JSON.stringify(params)}`, () => {
      expect(expandTopic(template, params)).to.deep.equal({ name, rest });
    });

  for (const value of [undefined, null, '', {}, true])
    it(`refuses ${JSON.stringify(value)} for a parameter that the template names`, () => {
      expect(() => expandTopic('bars:{symbol}', { symbol: value })).to.throw(TypeError, /params\.symbol .*"bars:\{symbol\}"/);
    });

  for (const params of [undefined, null, 'text', 7])
    it(`refuses ${JSON.stringify(params)} as the parameters of a template`, () => {
      expect(() => expandTopic('x:{a}', params)).to.throw(TypeError, /params\.a .*"x:\{a\}"/);
    });
});

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
