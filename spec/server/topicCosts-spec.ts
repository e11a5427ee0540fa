import { expect } from 'chai';
import fc from 'fast-check';
import { expandTopic } from '../../lib/contract/expandTopic.js';
import { topicCosts } from '../../lib/server/topicCosts.js';

describe('topicCosts', () => {
  it('knows nothing of what it was not told', () => {
    const costOf = topicCosts({ 'bars:{symbol}': 2 });
    expect([topicCosts({})('a'), costOf('bars'), costOf('bars:'), costOf('xbars:A')]).to.deep.equal(Array(4).fill(undefined));
  });

  it('puts a name before templates, and of these the first that fits', () => {
    const costOf = topicCosts({ 'a:{x}': 1, 'a:{x}:b': 2, 'a:c': 3, 'd:{x}:{y}': 0 });
    expect(['a:b', 'a:x:b', 'a:c', 'd:1:2'].map(costOf)).to.deep.equal([1, 1, 3, 0]);
  });

  it('has no way around: whatever is escaped, a topic costs the same', () => {
    const byTemplate = topicCosts({ 'bars:{symbol}:{resolution}': 5 });
    const symbols = fc.string({ minLength: 1, maxLength: 8, unit: fc.constantFrom('A', 'z', '0', ':', '%', ' ', 'é', '😀') });
    const escaped = (char: string): string => encodeURIComponent(char).replace(/^\w$/, `%${char.charCodeAt(0).toString(16)}`);
    fc.assert(
      fc.property(symbols, fc.integer(), (symbol, bits) => {
        const { name } = expandTopic('bars:{symbol}:{resolution}', { symbol, resolution: '1' });
        const some = Array.from(symbol, (char, index) => (/\w/.test(char) && !((bits >> index) & 1) ? char : escaped(char)));
        const other = `bars:${some.join('')}:1`;
        const byName = topicCosts({ [name]: 7 });
        expect([name, other].flatMap((asked) => [byTemplate(asked), byName(asked)])).to.deep.equal([5, 7, 5, 7]);
      }),
      { seed: 20_261_130 },
    );
  });

  it('takes bytes that are no UTF-8 as they are', () => {
    const costOf = topicCosts({ 'a%FF': 4, '{all}': 9 });
    expect([costOf('a%FF'), costOf('b%FF'), costOf('%')]).to.deep.equal([4, undefined, undefined]);
  });
});
