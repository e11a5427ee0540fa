import { expect } from 'chai';
import { hearControlFrames, tellControlFrame } from '../../lib/server/hearControlFrames.js';
import { peerLink } from '../../lib/server/peerLink.js';
import { fakePeer } from './fakePeer.js';

describe('hearControlFrames', () => {
  it('tells those who hear in the order in which they came, up to the first that says no', () => {
    const link = peerLink(fakePeer().peer);
    const told: string[] = [];
    let open = true;
    for (const name of ['a', 'b', 'c']) hearControlFrames(link, () => (told.push(name), open || name !== 'b'));
    tellControlFrame(link);
    open = false;
    tellControlFrame(link);
    expect(told.join('')).to.equal('abcab');
  });

  it('tells nobody of a peer that is closing', () => {
    const { peer } = fakePeer();
    let told = 0;
    hearControlFrames(peerLink(peer), () => ++told > 0);
    peer.close();
    tellControlFrame(peerLink(peer));
    expect(told).to.equal(0);
  });

  it('takes out the one that leaves, also of two that are the same function, and leaves nothing behind the last', () => {
    const link = peerLink(fakePeer().peer);
    let told = 0;
    const hear = () => ++told > 0;
    const [first, second] = [hearControlFrames(link, hear), hearControlFrames(link, hear)];
    tellControlFrame(link);
    expect(told).to.equal(2);
    first();
    first();
    tellControlFrame(link);
    expect(told).to.equal(3);
    second();
    expect(link.controlFrames).to.equal(undefined);
    tellControlFrame(link);
    expect(told).to.equal(3);
  });
});
