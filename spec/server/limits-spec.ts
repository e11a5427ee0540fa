import { expect } from 'chai';
import { Subject } from 'rxjs';
import { verdictOnClose } from '../../lib/connection/verdict.js';
import { limits, type LimitsConfig } from '../../lib/server/limits.js';
import type { Peer } from '../../lib/server/peer.js';
import { peerLink } from '../../lib/server/peerLink.js';
import { type FakePeer, fakePeer } from './fakePeer.js';

/** Connections that come one after the other through one stage. */
const scene = (config: LimitsConfig) => {
  const peers = new Subject<Peer>();
  const clients: FakePeer[] = [];
  const emitted: number[] = [];
  const lines: string[] = [];
  const subscription = peers.pipe(limits(config)).subscribe({
    next: ({ id }) => emitted.push(id),
    error: (error: unknown) => lines.push(String(error)),
    complete: () => lines.push('complete'),
  });
  return {
    ...{ peers, clients, emitted, lines, subscription },
    join(user?: string): FakePeer {
      const client = fakePeer(clients.length + 1);
      if (user !== undefined) peerLink(client.peer).identity = { user };
      clients.push(client);
      peers.next(client.peer);
      return client;
    },
    /** The close code that this side sent to each, in order; 0: it is open. */
    get codes() {
      return clients.map(({ closes: [[code] = [0]] }) => code);
    },
  };
};

describe('limits', () => {
  for (const [name, config, users] of [
    ['in all', { total: 2 }, [undefined, 'ann', 'bob']],
    ['per user', { perUser: 2 }, ['ann', 'ann', 'ann']],
    ['per address', { perAddress: 2 }, [undefined, 'ann', 'bob']],
  ] as const)
    describe(name, () => {
      it('S6: sends the third of two away with 4429 and advice, and does not emit it', () => {
        const run = scene(config);
        for (const user of users) run.join(user);
        const { codes, emitted, clients } = run;
        expect([codes, emitted]).to.deep.equal([
          [0, 0, 4429],
          [1, 2],
        ]);
        expect(verdictOnClose(...clients[2]!.closes[0]!)).to.deep.equal({ retryAfter: 5_000, spread: 5_000 });
        expect(clients[2]!.events).to.deep.include({ type: 'rejected', session: 3, code: 4429, reason: 'limit' });
      });

      it('lets another one in once one has ended', () => {
        const run = scene(config);
        const [first] = users.map((user) => run.join(user));
        first?.disconnect();
        run.join(users[0]);
        run.join(users[0]);
        expect(run.codes).to.deep.equal([0, 0, 4429, 0, 4429]);
        expect(run.emitted).to.deep.equal([1, 2, 4]);
      });
    });

  it('S6: counts each user and each address for itself, and nobody for those without identity', () => {
    const run = scene({ perUser: 1, perAddress: 2, address: ({ id }) => (id % 2 ? 'odd' : 'even') });
    for (const user of ['ann', 'bob', undefined, undefined, 'cid', 'dan']) run.join(user);
    expect(run.codes).to.deep.equal([0, 0, 0, 0, 4429, 4429]);
    const users = scene({ perUser: 1 });
    for (const user of ['ann', 'bob', undefined, undefined, 'ann', '__proto__', '__proto__']) users.join(user);
    expect(users.codes).to.deep.equal([0, 0, 0, 0, 4429, 0, 4429]);
  });

  describe("with 'closeOldest'", () => {
    it('S6: replaces the oldest connection of a user with 4409, after which a client stays away', () => {
      const run = scene({ perUser: 2, policy: 'closeOldest' });
      for (const user of ['ann', 'bob', 'ann', 'ann', 'ann']) run.join(user);
      expect(run.codes).to.deep.equal([4409, 0, 4409, 0, 0]);
      expect(run.emitted).to.deep.equal([1, 2, 3, 4, 5]);
      expect(verdictOnClose(...run.clients[0]!.closes[0]!)).to.equal('final');
      expect(run.clients[0]!.events).to.deep.include({ type: 'rejected', session: 1, code: 4409, reason: 'replaced' });
    });

    for (const config of [{ total: 2 }, { perAddress: 2 }])
      it(`S6: sends the oldest of ${Object.keys(config).join()} away for a while: it may be anybody's`, () => {
        const run = scene({ ...config, policy: 'closeOldest', retryAfter: 100, spread: 50 });
        for (const user of ['ann', 'bob', 'cid']) run.join(user);
        expect(run.codes).to.deep.equal([4429, 0, 0]);
        expect(verdictOnClose(...run.clients[0]!.closes[0]!)).to.deep.equal({ retryAfter: 100, spread: 50 });
      });

    it('closes no more than it must: room made for a user is room in all', () => {
      const run = scene({ total: 2, perUser: 1, policy: 'closeOldest' });
      for (const user of ['ann', 'bob', 'bob']) run.join(user);
      expect(run.codes).to.deep.equal([0, 4409, 0]);
    });

    it('counts one that was replaced no longer, also while its close handshake goes on and when it ends', () => {
      const run = scene({ perUser: 1, policy: 'closeOldest' });
      const first = run.join('ann');
      run.join('ann');
      first.disconnect();
      run.join('ann');
      expect(run.codes).to.deep.equal([4409, 4409, 0]);
    });
  });

  it('keeps no count over subscriptions', () => {
    const stage = limits({ total: 1 });
    for (let turn = 0; turn < 2; turn++) {
      const peers = new Subject<Peer>();
      const emitted: number[] = [];
      const subscription = peers.pipe(stage).subscribe(({ id }) => emitted.push(id));
      peers.next(fakePeer(turn).peer);
      subscription.unsubscribe();
      expect(emitted).to.deep.equal([turn]);
    }
  });

  it('passes the error of its source', () => {
    const run = scene({ total: 1 });
    run.peers.error(new Error('port in use'));
    expect(run.lines).to.deep.equal(['Error: port in use']);
  });

  for (const [config, type, message] of [
    [undefined, TypeError, /^limits: options/],
    [{}, TypeError, /^limits: one of total, perUser and perAddress must be given/],
    [{ total: 0 }, RangeError, /^limits: total/],
    [{ perUser: 1.5 }, TypeError, /^limits: perUser/],
    [{ perAddress: '1' }, TypeError, /^limits: perAddress/],
    [{ total: 1, policy: 'closeNewest' }, TypeError, /^limits: policy/],
    [{ total: 1, retryAfter: -1 }, RangeError, /^limits: retryAfter/],
    [{ total: 1, spread: NaN }, TypeError, /^limits: spread/],
    [{ total: 1, address: 'ip' }, TypeError, /^limits: address/],
  ] as const)
    it(`refuses an invalid option at the call: ${String(message)}`, () => {
      expect(() => (limits as (config: unknown) => unknown)(config)).to.throw(type, message);
    });
});
