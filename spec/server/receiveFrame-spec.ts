import { expect } from 'chai';
import { NEVER } from 'rxjs';
import { login } from '../../lib/server/login.js';
import { peerLink } from '../../lib/server/peerLink.js';
import { rateLimit } from '../../lib/server/rateLimit.js';
import { frozenTime } from '../testing/virtualTime.js';
import { fakePeer } from './fakePeer.js';

describe('receiveFrame: the bytes of what is held for a peer', () => {
  frozenTime();
  const data = 'x'.repeat(1_000);
  const codes = (client: ReturnType<typeof fakePeer>) => client.sent.map(({ id, code }) => `${id} ${code}`);

  it('are bounded before a login: what is too much is answered, or dropped and counted', () => {
    const client = fakePeer();
    client.through(login({ verify: () => NEVER, maxBuffered: 2_500 }));
    for (const id of ['a', 'b', 'c']) client.receive({ id, command: 'work', data });
    client.receive({ command: 'work', data });
    client.receive({ id: 'd', command: 'work' });
    expect(codes(client)).to.deep.equal(['c UNAUTHENTICATED']);
    expect(peerLink(client.peer).counters.drops.unauthenticated).to.equal(1);
    client.disconnect();
  });

  it('are bounded while a store is asked', () => {
    const client = fakePeer();
    client.through(rateLimit({ perConnection: { consume: () => new Promise(() => undefined) }, maxBuffered: 2_500 }));
    for (const id of ['a', 'b', 'c']) client.receive({ id, command: 'work', data });
    client.receive({ command: 'work', data });
    expect(codes(client)).to.deep.equal(['c RATE_LIMITED']);
    expect(peerLink(client.peer).counters.drops.rateLimited).to.equal(1);
    client.disconnect();
  });

  it('are 1 048 576 where nothing is said', () => {
    const client = fakePeer();
    client.through(login({ verify: () => NEVER }));
    for (const id of ['a', 'b']) client.receive({ id, command: 'work', data: 'x'.repeat(524_288 - 100) });
    client.receive({ id: 'c', command: 'work', data });
    expect(codes(client)).to.deep.equal(['c UNAUTHENTICATED']);
    client.disconnect();
  });

  it('are named where they are invalid', () => {
    expect(() => login({ verify: () => NEVER, maxBuffered: 0 })).to.throw(RangeError, 'login: maxBuffered must');
    expect(() => rateLimit({ perUser: { points: 1 }, maxBuffered: 0 })).to.throw(RangeError, 'rateLimit: maxBuffered must');
  });
});
