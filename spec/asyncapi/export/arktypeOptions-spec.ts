import { expect } from 'chai';
import { arktypeOptions } from '../../../lib/asyncapi/export/arktypeOptions.js';

const { fallback } = arktypeOptions;

describe('arktypeOptions', () => {
  it('keeps each of several patterns, and what stands beside them', () => {
    const text = (pattern: string) => ({ type: 'string', pattern });
    expect(fallback.patternIntersection({ base: { type: 'string', minLength: 2, pattern: 'a' }, pattern: 'b' })).to.deep.equal({
      type: 'string',
      minLength: 2,
      allOf: [text('a'), text('b')],
    });
  });

  it('takes what may be missing for nothing, and refuses what JSON cannot hold', () => {
    expect(fallback.unit({ base: {}, unit: undefined })).to.deep.equal({ not: {} });
    expect(() => fallback.unit({ base: {}, unit: Infinity })).to.throw(TypeError, 'JSON Schema has no such constant');
    expect(() => fallback.domain({ base: {}, domain: 'symbol' })).to.throw(TypeError, 'JSON Schema has no symbol');
  });
});
