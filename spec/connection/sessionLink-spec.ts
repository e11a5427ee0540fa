import { expect } from 'chai';
import { fakePeer, fakeSession } from 'rxgate/testing';
import { sessionLink, sessionLinkSymbol } from '../../lib/connection/sessionLink.js';

describe('sessionLink', () => {
  it('finds the link of a session and of a peer, whose face they are', () => {
    for (const session of [fakeSession({ id: 7 }).session, fakePeer({ id: 7 }).peer]) {
      expect(sessionLink(session)).to.include({ id: 7, session });
      expect(Object.keys(session)).to.not.include(sessionLinkSymbol.toString());
    }
  });

  it('is found by any copy of the library', () => {
    expect(sessionLinkSymbol).to.equal(Symbol.for('rxgate.session'));
  });

  it('names what is no session: a copy is none', () => {
    for (const stranger of [{}, { ...fakeSession().session }])
      expect(() => sessionLink(stranger as never)).to.throw(TypeError, /^A session must be one of connect\(\)/);
  });
});
