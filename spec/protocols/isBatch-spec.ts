import { expect } from 'chai';
import { isBatch } from '../../lib/protocols/isBatch.js';

describe('isBatch', () => {
  it('is true for a list of 1 to 1,000 items, whatever they are, and for nothing else', () => {
    for (const list of [[1, {}, []], [undefined], Array(1_000).fill(0)]) expect(isBatch(list)).to.equal(true);
    for (const other of [[], Array(1_001).fill(0), { length: 1 }, 'ab', 7, null, undefined])
      expect(isBatch(other)).to.equal(false);
  });
});
