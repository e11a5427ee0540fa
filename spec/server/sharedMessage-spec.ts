import { expect } from 'chai';
import sinon from 'sinon';
import { commandNotify } from '../../lib/protocols/commandNotify.js';
import type { Frame, Protocol } from '../../lib/protocols/protocol.js';
import { createOutlet } from '../../lib/server/outlet.js';
import { peerLink } from '../../lib/server/peerLink.js';
import { wireOf } from '../../lib/server/prepareFrame.js';
import { shareMessage } from '../../lib/server/sharedMessage.js';
import { fakePeer } from './fakePeer.js';

describe('shareMessage', () => {
  const notice = { kind: 'notification', topic: 't', data: { n: 1 } } as const;
  /** The native protocol, which counts what it encodes; with `shared` as given. */
  const counting = (shared?: Protocol['shared']) => {
    const { shared: _usual, ...native } = commandNotify();
    const counts = { encoded: 0 };
    const protocol: Protocol = {
      ...native,
      ...(shared && { shared }),
      server: () => {
        const codec = native.server!();
        return { ...codec, encode: (message) => (counts.encoded++, codec.encode(message)) };
      },
    };
    return { protocol, counts };
  };
  const scene = (protocols: readonly Protocol[]) => {
    const frames: Frame[] = [];
    const peers = protocols.map((protocol, i) => fakePeer(i + 1, { protocol, wrote: (frame) => frames.push(frame) }));
    return { frames, peers, links: peers.map(({ peer }) => peerLink(peer)) };
  };

  it('is encoded once for all peers of one protocol, and framed once from the second on', () => {
    const { protocol, counts } = counting(['notification']);
    const { frames, peers, links } = scene([protocol, protocol, protocol]);
    const share = shareMessage(notice);
    for (const link of links) share(link);
    expect(counts.encoded).to.equal(1);
    expect(frames.map((frame) => wireOf(frame) !== undefined)).to.deep.equal([false, true, true]);
    expect(frames[2]).to.equal(frames[1]);
    for (const { sent } of peers) expect(sent).to.deep.equal([{ type: 'NOTIFY', topic: 't', data: { n: 1 } }]);
  });

  it('is encoded once for each of several protocols, in whatever order their peers come', () => {
    const [one, two] = [counting(['notification']), counting(['notification'])];
    const { links, peers } = scene([one, two, one, two, one].map(({ protocol }) => protocol));
    const share = shareMessage(notice);
    for (const link of links) share(link);
    expect([one.counts.encoded, two.counts.encoded]).to.deep.equal([1, 1]);
    for (const { sent } of peers) expect(sent).to.have.length(1);
  });

  it('looks at the clock once for all peers', () => {
    const clock = sinon.useFakeTimers({ now: 1_000 });
    try {
      const { protocol } = counting(['notification']);
      const { links, peers } = scene([protocol, protocol, protocol]);
      // Passed on by a stage that stands before the socket as well.
      createOutlet(peers[2]!.peer, {
        ...{ highWater: 100, lowWater: 10, maxMessages: 10, policy: 'dropOldest' },
        ...{ key: () => 1, slow: () => undefined, awaited: () => undefined },
      });
      clock.tick(5);
      const share = shareMessage(notice);
      for (const link of links) {
        clock.tick(1);
        share(link);
      }
      expect(links.map(({ lastSent }) => lastSent)).to.deep.equal([1_005, 1_005, 1_005]);
    } finally {
      clock.restore();
    }
  });

  it('is encoded for each peer where the protocol does not share its kind', () => {
    const { protocol, counts } = counting(['send']);
    const { links } = scene([protocol, protocol]);
    const share = shareMessage(notice);
    for (const link of links) share(link);
    expect(counts.encoded).to.equal(2);
  });

  it('throws what cannot be encoded, each time', () => {
    const { protocol } = counting(['notification']);
    const { links, frames } = scene([protocol, protocol]);
    const share = shareMessage({ ...notice, data: 1n });
    for (const link of links) expect(() => share(link)).to.throw(/cannot|BigInt|JSON/i);
    expect(frames).to.deep.equal([]);
  });
});
