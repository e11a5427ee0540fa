import { expect } from 'chai';
import { verdictOnClose } from '../../lib/connection/verdict.js';
import { peerLink } from '../../lib/server/peerLink.js';
import { sendAway } from '../../lib/server/sendAway.js';
import { fakePeer } from './fakePeer.js';

describe('sendAway', () => {
  it('closes with the code and the reason, and reports both', () => {
    const client = fakePeer();
    sendAway(peerLink(client.peer), 4401, 'expired');
    expect(client.closes).to.deep.equal([[4401, 'expired']]);
    expect(client.events).to.deep.include({ type: 'rejected', session: 1, code: 4401, reason: 'expired' });
    expect(client.peer.open).to.equal(false);
  });

  it('gives advice that the verdict of a client heeds', () => {
    const client = fakePeer();
    sendAway(peerLink(client.peer), 4429, 'violations', { retryAfter: 1_500, spread: 500 });
    const [[code, reason] = []] = client.closes;
    expect(verdictOnClose(code ?? 0, reason)).to.deep.equal({ retryAfter: 1_500, spread: 500 });
    expect(JSON.parse(reason ?? '')).to.include({ reason: 'violations' });
  });

  it('says nothing of a peer that is closing already: that end is not its own', () => {
    const client = fakePeer();
    for (const reason of ['revoked', 'expired'] as const) sendAway(peerLink(client.peer), 4401, reason);
    expect(client.closes).to.deep.equal([[4401, 'revoked']]);
    expect(client.events.filter(({ type }) => type === 'rejected')).to.have.length(1);
  });
});
