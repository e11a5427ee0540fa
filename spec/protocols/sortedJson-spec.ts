import { expect } from 'chai';
import { sortedJson } from '../../lib/protocols/sortedJson.js';

describe('sortedJson', () => {
  it('sorts keys at all depths, escapes what is not ASCII, and leaves null empty', () => {
    expect(sortedJson({ b: [{ z: 1, y: 'ä' }], a: null })).to.equal(String.raw`{"a":"","b":[{"y":"\u00e4","z":1}]}`);
    expect(sortedJson([2, 1])).to.equal('[2,1]');
  });
});
