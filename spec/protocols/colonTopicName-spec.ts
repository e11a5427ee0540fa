import { expect } from 'chai';
import { colonTopicName } from 'rxgate/protocols';

describe('colonTopicName', () => {
  it('puts the values behind the route, in their order', () => {
    expect(colonTopicName('bars', { symbol: 'AAPL', resolution: '1' })).to.equal('bars:AAPL:1');
    expect(colonTopicName('bars', { resolution: 1, symbol: 'Ä:B' })).to.equal('bars:1:Ä:B');
    expect(colonTopicName('orders', {})).to.equal('orders');
    expect(colonTopicName('orders', { account: null, side: undefined, size: 0 })).to.equal('orders:::0');
  });

  it('writes an object as JSON', () => {
    expect(colonTopicName('bars', { symbol: 'AAPL', filter: { max: 2, min: [1, null] } })).to.equal(
      'bars:AAPL:{"max":2,"min":[1,null]}',
    );
    expect(colonTopicName('bars', { of: ['a,b'] })).to.not.equal(colonTopicName('bars', { of: ['a', 'b'] }));
  });
});
