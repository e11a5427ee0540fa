import { expect } from 'chai';
import { distinctBy } from '../../lib/asyncapi/distinctBy.js';

describe('distinctBy', () => {
  it('leaves each once, by its JSON, in the order of the first', () => {
    expect(distinctBy([{ a: 1 }, { b: 2 }, { a: 1 }])).to.deep.equal([{ a: 1 }, { b: 2 }]);
    expect([distinctBy([]), distinctBy([7])]).to.deep.equal([[], [7]]);
  });

  it('goes by another text, and keeps the last of those that have it', () => {
    expect(distinctBy(['Ab', 'c', 'aB'], (text) => text.toLowerCase())).to.deep.equal(['aB', 'c']);
  });
});
