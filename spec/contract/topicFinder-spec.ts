import { expect } from 'chai';
import { topicFinder } from '../../lib/contract/topicFinder.js';

describe('topicFinder', () => {
  const find = topicFinder({ 'a:{x}': {}, 'a:{x}:{y}': {}, 'a:b': {}, 'news {x}': {} });
  const cases: readonly (readonly [name: string, template: string | undefined])[] = [
    ['a:1', 'a:{x}'],
    ['a:1:2', 'a:{x}:{y}'],
    ['a:1%3A2', 'a:{x}'],
    ['a:b', 'a:b'],
    ['a:{x}', 'a:{x}'],
    ['a:1:2:3', 'a:{x}'],
    ['a:1 {"more":true}', 'a:{x}'],
    ['a:1:2 {"more":true}', 'a:{x}:{y}'],
    ['a:b {"more":true}', 'a:b'],
    ['news 7', 'news {x}'],
    ['b:1', undefined],
    ['', undefined],
  ];
  for (const [name, template] of cases)
    it(`takes "${name}" for ${template ?? 'none of them'}`, () => {
      for (const _again of [1, 2]) expect(find(name)?.template).to.equal(template);
    });

  it('forgets names before they are too many, and finds them again', () => {
    for (let n = 0; n < 25_000; n++) find(`a:${n}`);
    expect(find('a:1:2')?.template).to.equal('a:{x}:{y}');
  });
});
