import { expect } from 'chai';
import { batchOf, notAnObject } from '../../lib/protocols/batchOf.js';

describe('batchOf', () => {
  it('gives the items of a list, and nothing for an empty one and for what is none', () => {
    const list = [1, {}, []];
    expect(batchOf(list)).to.equal(list);
    for (const other of [[], {}, { length: 1 }, 'ab', 7, null, undefined]) expect(batchOf(other)).to.equal(undefined);
  });

  it('gives one message for a list of more than 1,000 items', () => {
    expect(batchOf(Array(1_000).fill(0))).to.have.length(1_000);
    const refused = batchOf(Array(1_001).fill(0)) as typeof notAnObject;
    expect(refused).to.deep.include({ kind: 'malformed' });
    expect((refused as { readonly error?: Error }).error?.message).to.equal('A list has more than 1000 items');
  });

  it('has the message for what is no object', () => {
    expect((notAnObject as { readonly error?: Error }).error).to.include({
      kind: 'malformedMessage',
      direction: 'in',
      message: 'A frame is not a JSON object',
    });
  });
});
