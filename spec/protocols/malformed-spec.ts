import { expect } from 'chai';
import { malformed, notAnObject } from '../../lib/protocols/malformed.js';

describe('malformed', () => {
  it('is a message with an error of what came in, by its text', () => {
    const { kind, error } = malformed('why');
    expect(kind).to.equal('malformed');
    expect(error).to.include({ kind: 'malformedMessage', direction: 'in', message: 'why' });
  });

  it('says what is no object, and which list is too long, with one error for all', () => {
    for (const value of [7, null, undefined, 'x'.repeat(2_000), [], Array(1_000).fill(0)])
      expect(notAnObject(value).error.message).to.equal('A frame is not a JSON object');
    expect(notAnObject(Array(1_001).fill(0)).error.message).to.equal('A list has more than 1,000 items');
    expect(notAnObject(7).error).to.equal(notAnObject(8).error);
  });
});
