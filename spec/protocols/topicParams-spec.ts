import { expect } from 'chai';
import fc from 'fast-check';
import { compileTopic } from '../../lib/contract/compileTopic.js';
import { expandTopic } from '../../lib/contract/expandTopic.js';
import { topicParams } from '../../lib/protocols/topicParams.js';

describe('topicParams', () => {
  const rows: readonly (readonly [template: string, name: string, params: Record<string, string> | undefined])[] = [
    ['bars', 'bars', {}],
    ['bars', 'bars:1', undefined],
    ['bars', 'a bars', undefined],
    ['bars:{symbol}:{resolution}', 'bars:AAPL:1', { symbol: 'AAPL', resolution: '1' }],
    ['bars:{symbol}:{resolution}', 'bars:AAPL', undefined],
    ['bars:{symbol}:{resolution}', 'bars::1', undefined],
    ['{a}', 'x\ny', { a: 'x\ny' }],
    ['{0}-{0}', 'x-y', { 0: 'y' }],
    ['a.b*[{x}]($)^|\\+?', 'a.b*[1]($)^|\\+?', { x: '1' }],
    ['a.b{x}', 'aXb1', undefined],
    ['a-z{x}', 'a-z1', { x: '1' }],
    ['bars:{symbol}', 'bars:a%3Ab', { symbol: 'a:b' }],
    ['{x}2{y}', '%25252', { x: '%', y: '52' }],
    ['bars:{symbol}', 'bars:100%', undefined],
  ];
  for (const [template, name, params] of rows)
    it(`finds ${params ? JSON.stringify(params) : 'nothing'} in ${JSON.stringify(name)} by ${JSON.stringify(template)}`, () => {
      expect(topicParams(template)(name)).to.deep.equal(params);
    });

  it('says so where an escape is no text', () => {
    expect(() => topicParams('bars:{symbol}')('bars:%FF')).to.throw(URIError);
  });

  it('gives back what a template was filled with, and agrees with the reader of the server', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1 });
    const template = fc.array(fc.constantFrom(':', '2', '%', '.', '(', '[a-z]', 'F', '/', '{ ', ' '), { maxLength: 6 });
    fc.assert(
      fc.property(template, template, template, text, text, (before, between, after, x, y) => {
        const whole = `${before.join('')}{x}${between.join('')}:{y}${after.join('')}`;
        const { name } = expandTopic(whole, { x, y });
        expect(topicParams(whole)(name)).to.deep.equal(compileTopic(whole)(name));
        expect(topicParams(whole)(name)).to.deep.equal({ x, y });
      }),
      { numRuns: 200 },
    );
  });
});
