import { expect } from 'chai';
import { placeholdersOf } from '../../lib/asyncapi/placeholdersOf.js';

describe('placeholdersOf', () => {
  it('gives the names in braces, in their order, and nothing where there are none', () => {
    expect(placeholdersOf('bars:{symbol}:{resolution}')).to.deep.equal(['symbol', 'resolution']);
    expect(placeholdersOf('news')).to.deep.equal([]);
    expect(placeholdersOf('odd:{a-b}:{}')).to.deep.equal([]);
  });
});
