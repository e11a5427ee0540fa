import { expect } from 'chai';
import { backlogOf, isBehind, streamMark } from '../../lib/server/backlog.js';
import { broadcast } from '../../lib/server/broadcast.js';
import { peerLink } from '../../lib/server/peerLink.js';
import { slowConsumers } from '../../lib/server/slowConsumers.js';
import { fakePeer } from '../../lib/testing/fakePeer.js';
import { frozenTime } from '../testing/virtualTime.js';

describe('backlog', () => {
  frozenTime();

  it('is what the socket holds, and a peer is behind beyond 64 KiB of it', () => {
    const { peer, stall } = fakePeer();
    const link = peerLink(peer);
    stall();
    const overhead = 28;
    peer.send('fill', 'x'.repeat(streamMark - overhead));
    expect([backlogOf(link), isBehind(link)]).to.deep.equal([streamMark, false]);
    peer.send('x');
    expect(isBehind(link)).to.equal(true);
  });

  it('counts what waits in the line of slowConsumers; while there is any, a peer is behind', () => {
    const { peer, peer$, stall, resume } = fakePeer();
    const link = peerLink(peer);
    const stage = peer$.pipe(slowConsumers({ highWater: 50 })).subscribe();
    stall();
    broadcast(peer, 'a', 'x'.repeat(60));
    const inSocket = peer.bufferedAmount;
    broadcast(peer, 'a', 'y');
    expect(backlogOf(link)).to.be.within(inSocket + 20, inSocket + 50);
    resume();
    expect([peer.bufferedAmount, isBehind(link)]).to.deep.equal([0, true]);
    stage.unsubscribe();
    expect([backlogOf(link), isBehind(link)]).to.deep.equal([0, false]);
  });
});
