import { expect } from 'chai';
import { whenEnded } from '../../lib/server/whenEnded.js';
import { fakePeer } from './fakePeer.js';

describe('whenEnded', () => {
  it('calls everybody who asked, once and in order, with the peer', () => {
    const client = fakePeer();
    const told: unknown[] = [];
    expect(whenEnded(client.peer, (peer) => told.push(['a', peer]))).to.equal(true);
    expect(whenEnded(client.peer, (peer) => told.push(['b', peer]))).to.equal(true);
    expect(told).to.deep.equal([]);
    client.disconnect();
    client.disconnect();
    expect(told).to.deep.equal([
      ['a', client.peer],
      ['b', client.peer],
    ]);
  });

  it('calls nobody for a peer that has ended, and says so', () => {
    const client = fakePeer();
    let told = 0;
    client.disconnect();
    expect(whenEnded(client.peer, () => told++)).to.equal(false);
    expect(told).to.equal(0);
  });
});
