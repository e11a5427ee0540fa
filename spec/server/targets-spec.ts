import { expect } from 'chai';
import type { Peer } from '../../lib/server/peer.js';
import { livePeers, peersIn } from '../../lib/server/targets.js';
import { fakePeer } from './fakePeer.js';

describe('peersIn', () => {
  const [one, two, three] = [1, 2, 3].map((id) => fakePeer(id).peer) as [Peer, Peer, Peer];
  const idsOf = (peers: Iterable<Peer>): number[] => [...peers].map(({ id }) => id);

  it('is a peer by itself, a list of peers, and a list of groups', () => {
    expect(idsOf(peersIn(one))).to.deep.equal([1]);
    expect(idsOf(peersIn([one, two]))).to.deep.equal([1, 2]);
    expect(idsOf(peersIn([[two], new Set([three, one])]))).to.deep.equal([2, 3, 1]);
  });

  it('has each peer once, in however many groups it is', () => {
    expect(idsOf(peersIn([one, [one, two], livePeers(() => [two, three]), three]))).to.deep.equal([1, 2, 3]);
  });

  it('copies nothing that has no peer twice', () => {
    const set = new Set([one]);
    const live = livePeers(() => set);
    expect(peersIn(set)).to.equal(set);
    expect(peersIn(live)).to.equal(live);
  });

  it('takes a generator, which can be read once', () => {
    const generated = function* () {
      yield one;
      yield one;
    };
    expect(idsOf(peersIn(generated()))).to.deep.equal([1]);
  });
});

describe('livePeers', () => {
  it('looks each time it is read', () => {
    const [one, two] = [1, 2].map((id) => fakePeer(id).peer) as [Peer, Peer];
    const members = new Set([one]);
    let looks = 0;
    const live = livePeers(() => (looks++, members));
    expect(looks).to.equal(0);
    expect([...live]).to.deep.equal([one]);
    members.add(two);
    members.delete(one);
    expect([...live]).to.deep.equal([two]);
    expect(looks).to.equal(2);
  });
});
