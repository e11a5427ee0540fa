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
    ['bars:{s}', 'text', 'bars:{s}', 'text'],
    ['bars:{s}', undefined, 'bars:{s}', undefined],
  ];
  for (const [template, params, name, rest] of rows)
    it(`makes ${name} of ${template} and ${JSON.stringify(params)}`, () => {
      expect(expandTopic(template, params)).to.deep.equal({ name, rest });
    });

  for (const value of [undefined, null, '', {}, true])
    it(`refuses ${JSON.stringify(value)} for a parameter that the template names`, () => {
      expect(() => expandTopic('bars:{symbol}', { symbol: value })).to.throw(TypeError, /params\.symbol .*"bars:\{symbol\}"/);
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

  it('reads what expandTopic wrote', () => {
    const text = fc.string({ minLength: 1, unit: 'grapheme' });
    const property = fc.property(text, text, (symbol, resolution) => {
      const template = 'bars:{symbol}/x.{resolution}';
      const { name } = expandTopic(template, { symbol, resolution });
      expect(compileTopic(template)(name)).to.deep.equal({ symbol, resolution });
    });
    fc.assert(property, { seed: 20_261_120, numRuns: 500 });
  });
});
