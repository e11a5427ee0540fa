import { expect } from 'chai';
import { concatWith, NEVER, of } from 'rxjs';
import { MalformedMessageError } from '../../lib/errors/gatewayErrors.js';
import { commandNotify } from '../../lib/protocols/commandNotify.js';
import type { Frame, Protocol } from '../../lib/protocols/protocol.js';
import { broadcast } from '../../lib/server/broadcast.js';
import { createRooms } from '../../lib/server/createRooms.js';
import { createUsers } from '../../lib/server/createUsers.js';
import { peerLink } from '../../lib/server/peerLink.js';
import { wireOf } from '../../lib/server/prepareFrame.js';
import { type FakePeer, fakePeer } from './fakePeer.js';

/** The native protocol, which counts what its server side encodes. */
const counting = (shared?: Protocol['shared']) => {
  const { shared: usual, ...native } = commandNotify();
  const counts = { encoded: 0 };
  const protocol: Protocol = {
    ...native,
    ...(shared === undefined ? usual && { shared: usual } : { shared }),
    server: () => {
      const codec = native.server!();
      return { ...codec, encode: (message) => (counts.encoded++, codec.encode(message)) };
    },
  };
  return { protocol, counts };
};

describe('broadcast', () => {
  let one: FakePeer;
  let two: FakePeer;
  let three: FakePeer;
  const notice = (topic: string, data?: unknown) => ({ type: 'NOTIFY', topic, ...(data !== undefined && { data }) });

  beforeEach(() => {
    one = fakePeer(1, { user: 'ann' });
    two = fakePeer(2, { user: 'ann' });
    three = fakePeer(3, { user: 'bob' });
  });

  it('S6: sends a notification to a list of peers, to a set, and to one', () => {
    expect(broadcast([one.peer, two.peer], 'a', { n: 1 })).to.deep.equal({ sent: 2, skipped: 0 });
    expect(broadcast(new Set([two.peer]), 'b')).to.deep.equal({ sent: 1, skipped: 0 });
    expect(broadcast(three.peer, 'c', null)).to.deep.equal({ sent: 1, skipped: 0 });
    expect(broadcast([], 'd')).to.deep.equal({ sent: 0, skipped: 0 });
    expect(one.sent).to.deep.equal([notice('a', { n: 1 })]);
    expect(two.sent).to.deep.equal([notice('a', { n: 1 }), notice('b')]);
    expect(three.sent).to.deep.equal([notice('c', null)]);
  });

  it('S6: gives a peer that is in several targets one copy', () => {
    const users = createUsers();
    const rooms = createRooms();
    of(one.peer, two.peer, three.peer).pipe(concatWith(NEVER), users.track(), rooms.track()).subscribe();
    rooms.join(one.peer, 'lobby');
    rooms.join(three.peer, 'lobby');
    const targets = [users.toUser('ann'), rooms.toRoom('lobby'), [three.peer, three.peer], users.toAll(), one.peer];
    expect(broadcast(targets, 'a')).to.deep.equal({ sent: 3, skipped: 0 });
    expect(broadcast([one.peer, one.peer], 'b')).to.deep.equal({ sent: 1, skipped: 0 });
    expect([one, two, three].map(({ sent }) => sent.length)).to.deep.equal([2, 1, 1]);
  });

  it('S6: leaves out whoever is excepted: a peer, or any targets', () => {
    const all = [one.peer, two.peer, three.peer];
    expect(broadcast(all, 'a', 1, { except: one.peer }).sent).to.equal(2);
    expect(broadcast(all, 'b', 1, { except: [new Set([one.peer]), three.peer] }).sent).to.equal(1);
    expect([one, two, three].map(({ sent }) => sent.map(({ topic }) => topic))).to.deep.equal([[], ['a', 'b'], ['a']]);
  });

  it('skips and counts a peer that is closing, gone, or not let in yet', () => {
    one.peer.close();
    two.disconnect();
    peerLink(three.peer).gated = true;
    expect(broadcast([one.peer, two.peer, three.peer], 'a')).to.deep.equal({ sent: 0, skipped: 3 });
    expect([one, two, three].map(({ sent }) => sent)).to.deep.equal([[], [], []]);
  });

  it('reaches those who are left when a peer goes on the way', () => {
    const peers = new Set([one.peer, two.peer, three.peer]);
    peerLink(one.peer).write = () => {
      two.disconnect();
      peers.delete(two.peer);
    };
    expect(broadcast(peers, 'a')).to.deep.equal({ sent: 2, skipped: 0 });
    expect(three.sent).to.deep.equal([notice('a')]);
  });

  describe('of one protocol', () => {
    const wrote: Frame[] = [];
    const crowd = (protocol: Protocol, size = 5) =>
      Array.from({ length: size }, (_, index) => fakePeer(index, { protocol, wrote: (frame) => wrote.push(frame) }));
    beforeEach(() => {
      wrote.length = 0;
    });

    it('encodes once, and frames once for all but the first', () => {
      const { protocol, counts } = counting();
      const peers = crowd(protocol);
      broadcast(
        peers.map(({ peer }) => peer),
        'a',
        'é',
      );
      expect(counts.encoded).to.equal(1);
      expect(wrote[0]).to.equal('{"type":"NOTIFY","topic":"a","data":"é"}');
      expect(new Set(wrote.slice(1))).to.have.property('size', 1);
      expect(wireOf(wrote[1]!)).to.be.instanceOf(Uint8Array);
      for (const { sent } of peers) expect(sent).to.deep.equal([notice('a', 'é')]);
    });

    it('encodes for each session where the protocol does not say that it need not', () => {
      const { protocol, counts } = counting([]);
      const peers = crowd(protocol);
      broadcast(
        peers.map(({ peer }) => peer),
        'a',
      );
      expect(counts.encoded).to.equal(5);
      for (const { sent } of peers) expect(sent).to.deep.equal([notice('a')]);
    });

    it('encodes once for each of several protocols, however they are mixed', () => {
      const [a, b] = [counting(), counting()];
      const peers = [...crowd(a.protocol, 3), ...crowd(b.protocol, 3), ...crowd(a.protocol, 3)];
      broadcast(
        peers.map(({ peer }) => peer),
        'a',
      );
      expect([a.counts.encoded, b.counts.encoded]).to.deep.equal([1, 1]);
      for (const { sent } of peers) expect(sent).to.deep.equal([notice('a')]);
    });
  });

  it('fails with what cannot be encoded, before anything is sent', () => {
    const protocol = commandNotify();
    const peers = [1, 2].map((id) => fakePeer(id, { protocol }));
    const cyclic: unknown[] = [];
    cyclic.push(cyclic);
    const targets = peers.map(({ peer }) => peer);
    expect(() => broadcast(targets, 'a', cyclic)).to.throw(MalformedMessageError);
    expect(peers.map(({ sent }) => sent.length)).to.deep.equal([0, 0]);
    expect(broadcast(targets, 'a', 1).sent).to.equal(2);
  });

  it('counts and reports what goes out, as any message', () => {
    broadcast([one.peer], 'a', 'xyz');
    expect(peerLink(one.peer).counters.messagesOut).to.equal(1);
    expect(peerLink(one.peer).counters.bytesOut).to.equal('{"type":"NOTIFY","topic":"a","data":"xyz"}'.length);
  });

  it('names what is invalid', () => {
    expect(() => broadcast([], '')).to.throw(TypeError, 'broadcast: command');
    expect(() => broadcast([], 'a', 1, null as never)).to.throw(TypeError, 'broadcast: options');
  });
});
