import { expect } from 'chai';
import { expandTopic } from '../../lib/contract/expandTopic.js';

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
