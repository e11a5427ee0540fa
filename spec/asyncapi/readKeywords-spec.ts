import { expect } from 'chai';
import { readKeywords, refuseBeside, refuseUnknown } from '../../lib/asyncapi/readKeywords.js';

const at = (value: unknown) => ({ value, pointer: '#' });

describe('readKeywords', () => {
  it('reads words of their kind, and leaves out what is absent', () => {
    const words = { minLength: 'count', maximum: 'number', uniqueItems: 'boolean', pattern: 'string' } as const;
    expect(readKeywords(at({ minLength: 0, pattern: '', other: 1 }), words)).to.deep.equal({ minLength: 0, pattern: '' });
    for (const [word, value, expected] of [
      ['minLength', 1.5, 'a whole number from 0'],
      ['maximum', Infinity, 'a number'],
      ['uniqueItems', 'yes', 'true or false'],
      ['pattern', 7, 'a string'],
    ] as const)
      expect(() => readKeywords(at({ [word]: value }), words)).to.throw(`#/${word}: must be ${expected}`);
  });

  it('refuses words that say something unknown, and takes remarks', () => {
    refuseUnknown(at({ type: 'string', title: 'a', 'x-any': 1, $comment: 'b' }));
    expect(() => refuseUnknown(at({ contains: {} }))).to.throw('#/contains: "contains" is not supported');
  });

  it('refuses what stands beside a reference and says something', () => {
    refuseBeside(at({ $ref: '#/a', description: 'b' }));
    refuseBeside(at({ minLength: 1 }));
    expect(() => refuseBeside(at({ $ref: '#/a', minLength: 1 }))).to.throw(
      '#/minLength: "minLength" beside "$ref" is not supported',
    );
  });
});
