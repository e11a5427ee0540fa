import { expect } from 'chai';
import * as fc from 'fast-check';
import { topicTemplate } from '../../lib/contract/topicTemplate.js';

describe('topicTemplate', () => {
  const bars = topicTemplate('bars:{symbol}:{resolution}');

  it('makes names, and takes them apart', () => {
    expect(bars.name({ symbol: 'BRK:B', resolution: 5 })).to.equal('bars:BRK%3AB:5');
    expect(bars.parse('bars:BRK%3AB:5')).to.deep.equal({ symbol: 'BRK:B', resolution: '5' });
    expect(bars.parse('trades:SPX')).to.equal(undefined);
    expect(topicTemplate('news').name()).to.equal('news');
    expect(topicTemplate('news').parse('news')).to.deep.equal({});
  });

  it('says which parameter a name cannot be made of', () => {
    expect(() => bars.name({ symbol: 'SPX' } as never)).to.throw(TypeError, 'params.resolution');
    expect(() => bars.name({ symbol: '', resolution: 1 })).to.throw(TypeError, 'params.symbol');
  });

  it('refuses what names cannot be taken apart by', () => {
    expect(() => topicTemplate('')).to.throw(TypeError, 'topicTemplate: template must be a non-empty string');
    expect(() => topicTemplate('a:{x}:{x}')).to.throw(TypeError, 'topicTemplate: template has a placeholder twice');
    expect(() => topicTemplate('a:{x}{y}')).to.throw(
      TypeError,
      'topicTemplate: template has two placeholders with nothing between them',
    );
  });

  it('refuses braces that hold no name, since the types would take them for a parameter', () => {
    for (const template of ['a:{b-c}', 'a:{x', 'a:x}', 'a:{x}:{}', 'a:{{x}}', '{x}}', 'a:{x}\n{']) {
      const error = `topicTemplate: template has a brace of no placeholder: ${template}`;
      expect(() => topicTemplate(template)).to.throw(TypeError, error);
    }
    expect(topicTemplate('a:{x_1}\n{Y}').name({ x_1: 1, Y: 2 })).to.equal('a:1\n2');
  });

  it('gives back whatever went into a name', () => {
    const text = fc.string({ unit: 'binary', minLength: 1 });
    fc.assert(
      fc.property(text, text, (symbol, resolution) => {
        expect(bars.parse(bars.name({ symbol, resolution }))).to.deep.equal({ symbol, resolution });
      }),
      { numRuns: 200, seed: 7 },
    );
  });
});
