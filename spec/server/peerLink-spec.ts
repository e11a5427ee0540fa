import { expect } from 'chai';
import { fakePeer, fakeSession } from 'rxgate/testing';
import { sessionLink } from '../../lib/connection/sessionLink.js';
import { peerLink } from '../../lib/server/peerLink.js';

describe('peerLink', () => {
  it('is the link of the peer', () => {
    const { peer } = fakePeer({ id: 7 });
    expect(peerLink(peer)).to.equal(sessionLink(peer));
    expect(peerLink(peer)).to.include({ id: 7, session: peer });
  });

  it('names what is no session at all', () => {
    expect(() => peerLink({} as never)).to.throw(TypeError, /^A session must be one of/);
    expect(peerLink(fakeSession().session)).to.include({ id: 1 });
  });
});
