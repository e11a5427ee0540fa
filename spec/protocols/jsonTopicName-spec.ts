import { expect } from 'chai';
import fc from 'fast-check';
import { jsonTopicName } from 'rxgate/protocols';

describe('jsonTopicName', () => {
  it('sorts the keys of the params, at all depths, and leaves no spaces', () => {
    expect(jsonTopicName('bars', { symbol: 'AAPL', resolution: '1' })).to.equal('bars:{"resolution":"1","symbol":"AAPL"}');
    expect(jsonTopicName('bars', { b: [{ z: 1, y: true }], a: { d: 1.5, c: 'a b' } })).to.equal(
      'bars:{"a":{"c":"a b","d":1.5},"b":[{"y":true,"z":1}]}',
    );
    expect(jsonTopicName('orders', {})).to.equal('orders:{}');
  });

  it('writes null as an empty text, and leaves out what is undefined', () => {
    expect(jsonTopicName('orders', { account: null, all: [null], side: undefined })).to.equal('orders:{"account":"","all":[""]}');
  });

  it('escapes what is not ASCII, as Python does', () => {
    expect(jsonTopicName('bars', { ä: '"\\\n𝄞\u007f' })).to.equal(String.raw`bars:{"\u00e4":"\"\\\n\ud834\udd1e\u007f"}`);
  });

  it('names params that are equal alike, whatever their order, and others not', () => {
    const params = fc.dictionary(fc.string({ minLength: 1 }), fc.oneof(fc.string(), fc.integer()));
    fc.assert(
      fc.property(params, params, (one, two) => {
        const reversed = Object.fromEntries(Object.entries(one).reverse());
        expect(jsonTopicName('r', reversed)).to.equal(jsonTopicName('r', one));
        const same = JSON.stringify(Object.entries(one).sort()) === JSON.stringify(Object.entries(two).sort());
        expect(jsonTopicName('r', one) === jsonTopicName('r', two)).to.equal(same);
        expect(JSON.parse(jsonTopicName('r', one).slice(2))).to.deep.equal({ ...one });
      }),
      { seed: 5, numRuns: 300, verbose: true },
    );
  });
});
