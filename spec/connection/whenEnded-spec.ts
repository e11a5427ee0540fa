import { expect } from 'chai';
import { whenEnded } from '../../lib/connection/whenEnded.js';
import { fakeSession } from '../../lib/testing/fakeSession.js';
import { fakePeer } from '../server/fakePeer.js';

describe('whenEnded', () => {
  it('calls everybody who asked, once and in order, with the peer', () => {
    const client = fakePeer();
    const told: unknown[] = [];
    expect(whenEnded((peer) => told.push(['a', peer]))(client.peer)).to.equal(true);
    expect(whenEnded((peer) => told.push(['b', peer]))(client.peer)).to.equal(true);
    expect(told).to.deep.equal([]);
    client.disconnect();
    client.disconnect();
    expect(told).to.deep.equal([
      ['a', client.peer],
      ['b', client.peer],
    ]);
  });

  it('calls the others as well when one of them throws, which is reported', () => {
    const client = fakePeer();
    const problem = new Error('problem');
    let told = 0;
    whenEnded(() => {
      throw problem;
    })(client.peer);
    whenEnded(() => told++)(client.peer);
    client.disconnect();
    expect(told).to.equal(1);
    expect(client.failures).to.deep.equal([{ type: 'hookFailed', hook: 'end', cause: problem }]);
  });

  it('serves a session of the client as well, also one that has ended', () => {
    const { session, session$ } = fakeSession();
    let told = 0;
    expect(whenEnded(() => told++)(session)).to.equal(true);
    session$.subscribe().unsubscribe();
    expect(told).to.equal(1);
    expect(whenEnded(() => told++)(session)).to.equal(false);
    expect(told).to.equal(1);
    const other = fakeSession();
    other.session$.subscribe().unsubscribe();
    expect(whenEnded(() => told++)(other.session)).to.equal(false);
  });
});
