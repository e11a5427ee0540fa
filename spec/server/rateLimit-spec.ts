import { expect } from 'chai';
import { of, Subject } from 'rxjs';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import sinon from 'sinon';
import { verdictOnClose } from '../../lib/connection/verdict.js';
import { commands } from '../../lib/server/commands.js';
import { createTokenBuckets } from '../../lib/server/createTokenBuckets.js';
import type { Peer } from '../../lib/server/peer.js';
import { peerLink } from '../../lib/server/peerLink.js';
import { rateLimit } from '../../lib/server/rateLimit.js';
import type { RateLimitConfig } from '../../lib/server/rateLimitConfig.js';
import type { RateLimitResult } from '../../lib/server/rateLimitStore.js';
import { topics } from '../../lib/server/topics.js';
import { type FakePeer, fakePeer } from './fakePeer.js';

/** Answers of a store that the test gives when it likes. */
const slowStore = () => {
  const asked: {
    key: string;
    points: number;
    grant: () => void;
    refuse: (ms: number) => void;
    fail: (error: unknown) => void;
  }[] = [];
  const consume = (key: string, points: number) =>
    new Promise<RateLimitResult>((resolve, reject) =>
      asked.push({
        ...{ key, points },
        grant: () => resolve({ remainingPoints: 1, msBeforeNext: 0 }),
        refuse: (msBeforeNext) => reject({ remainingPoints: 0, msBeforeNext }),
        fail: reject,
      }),
    );
  return { asked, consume };
};

describe('rateLimit', () => {
  let clock: sinon.SinonFakeTimers;
  beforeEach(() => {
    clock = sinon.useFakeTimers({ now: 1_700_000_000_000 });
  });
  afterEach(() => clock.restore());

  const handled = (client: FakePeer, config: RateLimitConfig): unknown[] => {
    const taken: unknown[] = [];
    const take = (data: unknown) => (taken.push(data), data);
    client.through(rateLimit(config), commands({ work: take, heavy: take }), topics({ 'bars:{symbol}': () => of(1) }));
    return taken;
  };
  const asUser = (client: FakePeer, user: string): FakePeer => {
    peerLink(client.peer).identity = { user };
    return client;
  };
  const ask = (client: FakePeer, count: number, command = 'work', from = 0): void => {
    for (let index = from; index < from + count; index++) client.receive({ id: `${index}`, command, data: index });
  };
  const settled = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  };
  const tally = (client: FakePeer) => ({
    ok: client.sent.filter(({ type }) => type === 'RESPONSE').length,
    limited: client.sent.filter(({ code }) => code === 'RATE_LIMITED').length,
  });
  const limitedOf = (client: FakePeer) => client.events.filter((event) => event.type === 'limited');
  const drops = (client: FakePeer) => peerLink(client.peer).counters.drops;

  it('tells peers of two servers apart that have the same number', () => {
    const [one, other] = [fakePeer(1), fakePeer(1)];
    const stages = [rateLimit({ perConnection: { points: 2 }, maxViolations: 1 }), commands({ work: () => 1 })] as const;
    of(one.peer, other.peer)
      .pipe(...stages)
      .subscribe();
    ask(one, 3);
    ask(other, 3);
    expect([tally(one), tally(other)]).to.deep.equal([
      { ok: 2, limited: 1 },
      { ok: 2, limited: 1 },
    ]);
    expect([one.closes, other.closes]).to.deep.equal([[], []]);
    // The end of one gives the other nothing back.
    one.disconnect();
    ask(other, 1, 'work', 3);
    expect(tally(other)).to.deep.equal({ ok: 2, limited: 2 });
    expect(other.closes.map(([code]) => code)).to.deep.equal([4429]);
  });

  it('S10: answers 10 of 15 requests, and 5 with RATE_LIMITED and when to come again; the connection stays', () => {
    const client = fakePeer();
    handled(client, { perConnection: { points: 10, duration: 1_000 } });
    ask(client, 15);
    expect(tally(client)).to.deep.equal({ ok: 10, limited: 5 });
    const error = { code: 'RATE_LIMITED', error: 'too many messages', retryAfter: 100 };
    expect(client.sent.slice(10)).to.deep.equal([10, 11, 12, 13, 14].map((id) => ({ type: 'ERROR', id: `${id}`, ...error })));
    expect(client.peer.open).to.equal(true);
    expect(limitedOf(client)[0]).to.deep.equal({ type: 'limited', session: 1, name: 'work', retryAfter: 100 });
    clock.tick(100);
    ask(client, 1, 'work', 15);
    expect(client.sent.at(-1)).to.deep.equal({ type: 'RESPONSE', id: '15', data: 15 });
  });

  for (const [name, limiter] of [
    ['own buckets', () => ({ points: 10, duration: 1_000 })],
    ['RateLimiterMemory of rate-limiter-flexible', () => new RateLimiterMemory({ points: 10, duration: 1 })],
  ] as const)
    it(`answers 10 of 15 with ${name}, in order, and 10 more a second later`, async () => {
      const client = asUser(fakePeer(), 'ann');
      const taken = handled(client, { perUser: limiter() });
      ask(client, 15);
      for (let turn = 0; turn < 20; turn++) await settled();
      expect(taken).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
      expect(tally(client)).to.deep.equal({ ok: 10, limited: 5 });
      await clock.tickAsync(1_001);
      ask(client, 10, 'work', 15);
      for (let turn = 0; turn < 20; turn++) await settled();
      expect(tally(client)).to.deep.equal({ ok: 20, limited: 5 });
    });

  for (const [name, limiter] of [
    ['own buckets', () => ({ points: 1, duration: 1_000, blockDuration: 5_000 })],
    ['RateLimiterMemory', () => new RateLimiterMemory({ points: 1, duration: 1, blockDuration: 5 })],
  ] as const)
    it(`S10: keeps a user out for the block duration, with ${name}`, async () => {
      const client = asUser(fakePeer(), 'ann');
      const taken = handled(client, { perUser: limiter() });
      ask(client, 2);
      await settled();
      expect(client.sent.at(-1)).to.include({ code: 'RATE_LIMITED', retryAfter: 5_000 });
      await clock.tickAsync(4_900);
      ask(client, 1, 'work', 2);
      await settled();
      expect(client.sent.at(-1)).to.include({ code: 'RATE_LIMITED', retryAfter: 100 });
      await clock.tickAsync(101);
      ask(client, 1, 'work', 3);
      await settled();
      expect(taken).to.deep.equal([0, 3]);
    });

  for (const [name, limiter] of [
    ['RateLimiterMemory with duration 0', () => new RateLimiterMemory({ points: 2, duration: 0 })],
    ['a store whose buckets hold less than a message costs', () => createTokenBuckets({ points: 2 })],
  ] as const)
    it(`S10: gives no advice where another try is in vain: ${name}`, async () => {
      const client = asUser(fakePeer(), 'ann');
      handled(client, { perUser: limiter(), costs: { heavy: 3 }, maxViolations: 2 });
      ask(client, 1, 'heavy');
      client.receive({ type: 'SUBSCRIBE', id: 's', topic: 'heavy' });
      await settled();
      expect(client.sent).to.deep.equal([
        { type: 'ERROR', id: '0', code: 'RATE_LIMITED', error: 'too many messages' },
        { type: 'NACK', id: 's', code: 'RATE_LIMITED', error: 'too many messages' },
      ]);
      ask(client, 1, 'heavy', 1);
      await settled();
      expect(client.closes).to.deep.equal([[4429, 'violations']]);
      expect(verdictOnClose(...client.closes[0]!)).to.equal('retry');
      expect(limitedOf(client).map(({ retryAfter }) => retryAfter)).to.deep.equal([undefined, undefined, undefined]);
    });

  describe('the scope', () => {
    const two = (config: RateLimitConfig, users: readonly (string | undefined)[] = []) => {
      const stage = rateLimit(config);
      const clients = [fakePeer(1), fakePeer(2)];
      const handlers = commands<Peer>({ work: () => 1, heavy: () => 1 });
      clients.forEach((client, index) => {
        const user = users[index];
        if (user !== undefined) asUser(client, user);
        client.through(stage, handlers);
      });
      return clients as [FakePeer, FakePeer];
    };

    it('connection: each has its own', () => {
      const [one, other] = two({ perConnection: { points: 2 } });
      for (const client of [one, other]) ask(client, 3);
      expect([one, other].map(tally)).to.deep.equal(Array(2).fill({ ok: 2, limited: 1 }));
    });

    it('user: shared by the connections of one, and unknown to peers without identity', () => {
      const store = createTokenBuckets({ points: 2 });
      const [one, other] = two({ perUser: store }, ['ann', 'ann']);
      for (const client of [one, other]) ask(client, 2);
      expect([one, other].map(tally)).to.deep.equal([
        { ok: 2, limited: 0 },
        { ok: 0, limited: 2 },
      ]);
      const [bob, nobody] = two({ perUser: store }, ['bob']);
      for (const client of [bob, nobody]) ask(client, 3);
      expect([bob, nobody].map(tally)).to.deep.equal([
        { ok: 2, limited: 1 },
        { ok: 3, limited: 0 },
      ]);
    });

    it('address: shared by all that come from one, whatever their port', () => {
      const store = createTokenBuckets({ points: 2 });
      const [one, other] = two({ perAddress: store });
      for (const client of [one, other]) ask(client, 2);
      expect([tally(one).ok, tally(other).ok]).to.deep.equal([2, 0]);
    });

    it('address: as the application reads it; one that fails is reported, and hurts nobody', () => {
      const [one] = two({ perAddress: createTokenBuckets({ points: 1 }), address: ({ id }) => `${id}` });
      ask(one, 2);
      expect(tally(one)).to.deep.equal({ ok: 1, limited: 1 });
      const broken = () => {
        throw new Error('broken');
      };
      const [two1] = two({ perAddress: { points: 1 }, address: broken });
      ask(two1, 2);
      expect(tally(two1)).to.deep.equal({ ok: 1, limited: 1 });
      expect(two1.failures.map(({ hook }) => hook)).to.deep.equal(['address']);
    });

    it('command: its own bucket, beside those of others', () => {
      const [one, other] = two({ perCommand: { heavy: createTokenBuckets({ points: 1 }) } }, ['ann', 'ann']);
      ask(one, 3);
      ask(one, 1, 'heavy', 3);
      ask(other, 1, 'heavy');
      expect([one, other].map(tally)).to.deep.equal([
        { ok: 4, limited: 0 },
        { ok: 0, limited: 1 },
      ]);
    });

    it('all of them: the narrowest that refuses answers', () => {
      const [one] = two({ perConnection: { points: 3 }, perCommand: { work: { points: 1 } } });
      ask(one, 1);
      ask(one, 1, 'work', 1);
      ask(one, 2, 'heavy', 2);
      expect(one.sent.map(({ code }) => code)).to.deep.equal([undefined, 'RATE_LIMITED', undefined, 'RATE_LIMITED']);
    });
  });

  it('S10: takes what a command costs; what costs nothing is not asked for', () => {
    const client = fakePeer();
    handled(client, { perConnection: { points: 10 }, costs: { heavy: 4, work: 0 } });
    ask(client, 3, 'heavy');
    ask(client, 20, 'work', 3);
    expect(tally(client)).to.deep.equal({ ok: 22, limited: 1 });
  });

  it('refuses a subscribe, drops and counts a send, and says so of each', () => {
    const client = fakePeer();
    const taken = handled(client, { perConnection: { points: 1, duration: 2_000 } });
    client.receive({ command: 'work', data: 1 });
    client.receive({ command: 'work', data: 2 });
    client.receive({ type: 'SUBSCRIBE', id: 's', topic: 'bars:AAPL' });
    expect(taken).to.deep.equal([1]);
    expect(client.sent).to.deep.equal([
      { type: 'NACK', id: 's', code: 'RATE_LIMITED', error: 'too many messages', data: { retryAfter: 2_000 } },
    ]);
    expect(drops(client).rateLimited).to.equal(1);
    expect(limitedOf(client).map(({ name }) => name)).to.deep.equal(['work', 'bars:AAPL']);
  });

  it('limits frames that mean nothing, too, and they are not told one by one then', () => {
    const client = fakePeer();
    handled(client, { perConnection: { points: 2 } });
    for (let n = 0; n < 5; n++) client.receive({ type: 7 });
    expect(drops(client)).to.include({ malformed: 2, rateLimited: 3 });
  });

  describe('violations', () => {
    it('S10: close the peer with 4429 and advice, when there are more than maxViolations', () => {
      const client = fakePeer();
      handled(client, { perConnection: { points: 1, duration: 2_000 }, maxViolations: 3 });
      ask(client, 4);
      expect(client.closes).to.deep.equal([]);
      ask(client, 1, 'work', 4);
      expect(client.closes.map(([code]) => code)).to.deep.equal([4429]);
      expect(verdictOnClose(...client.closes[0]!)).to.deep.equal({ retryAfter: 2_000, spread: 2_000 });
      expect(client.events).to.deep.include({ type: 'rejected', session: 1, code: 4429, reason: 'violations' });
      // Answered all the same.
      expect(tally(client)).to.deep.equal({ ok: 1, limited: 4 });
    });

    it('are forgiven over the window', () => {
      const client = fakePeer();
      handled(client, { perConnection: { points: 1, duration: 100_000 }, maxViolations: 3, violationWindow: 3_000 });
      ask(client, 4);
      for (let n = 0; n < 10; n++) {
        clock.tick(1_000);
        ask(client, 1, 'work', n + 4);
      }
      expect(client.closes).to.deep.equal([]);
      ask(client, 1, 'work', 20);
      expect(client.closes).to.have.length(1);
    });

    it('may be none, or any number', () => {
      const [strict, lenient] = [fakePeer(1), fakePeer(2)];
      handled(strict, { perConnection: { points: 1 }, maxViolations: 0 });
      handled(lenient, { perConnection: { points: 1 }, maxViolations: Infinity });
      ask(strict, 2);
      ask(lenient, 1_000);
      expect([strict.closes.length, lenient.closes.length]).to.deep.equal([1, 0]);
    });
  });

  describe('with a store that takes its time', () => {
    it('keeps the order of a peer, and asks for one message at a time', async () => {
      const store = slowStore();
      const client = fakePeer();
      const taken = handled(client, { perConnection: store });
      ask(client, 3);
      expect(store.asked.map(({ points }) => points)).to.deep.equal([1]);
      store.asked[0]?.refuse(70);
      await settled();
      store.asked[1]?.grant();
      await settled();
      expect(taken).to.deep.equal([1]);
      store.asked[2]?.grant();
      await settled();
      expect(taken).to.deep.equal([1, 2]);
      expect(client.sent.map(({ id, retryAfter }) => [id, retryAfter])).to.deep.equal([
        ['0', 70],
        ['1', undefined],
        ['2', undefined],
      ]);
    });

    it('asks the next bucket when the first has given, and none after one that has not', async () => {
      const [first, last] = [slowStore(), slowStore()];
      const client = asUser(fakePeer(), 'ann');
      const taken = handled(client, { perConnection: first, perUser: { points: 1 }, perAddress: last });
      ask(client, 2);
      first.asked[0]?.grant();
      await settled();
      last.asked[0]?.grant();
      await settled();
      first.asked[1]?.grant();
      await settled();
      expect([taken, last.asked.length, tally(client)]).to.deep.equal([[0], 1, { ok: 1, limited: 1 }]);
    });

    it('holds up nobody else', async () => {
      const store = slowStore();
      const [one, other] = [fakePeer(1), fakePeer(2)];
      const config = { perConnection: store };
      const [, taken] = [handled(one, config), handled(other, config)];
      ask(one, 1);
      ask(other, 1);
      store.asked[1]?.grant();
      await settled();
      expect(taken).to.deep.equal([0]);
    });

    it('refuses what goes beyond maxWaiting', async () => {
      const store = slowStore();
      const client = fakePeer();
      handled(client, { perConnection: store, maxWaiting: 2 });
      ask(client, 4);
      expect(client.sent.map(({ id, code }) => [id, code])).to.deep.equal([['3', 'RATE_LIMITED']]);
    });

    it('forgets a request that is cancelled while it waits, be it first in line or not, and a subscribe likewise', async () => {
      const store = slowStore();
      const client = fakePeer();
      const taken = handled(client, { perConnection: store });
      ask(client, 3);
      client.receive({ type: 'SUBSCRIBE', id: 's', topic: 'bars:AAPL' });
      for (const id of ['0', '1']) client.receive({ type: 'CANCEL', id });
      client.receive({ type: 'UNSUBSCRIBE', id: 's', topic: 'bars:AAPL' });
      store.asked[0]?.grant();
      await settled();
      store.asked[1]?.grant();
      await settled();
      expect(taken).to.deep.equal([2]);
      expect(store.asked).to.have.length(2);
      expect(client.sent).to.deep.equal([{ type: 'RESPONSE', id: '2', data: 2 }]);
    });

    it('does nothing more for a peer that is gone', async () => {
      const store = slowStore();
      const client = fakePeer();
      const taken = handled(client, { perConnection: store });
      ask(client, 2);
      client.disconnect();
      store.asked[0]?.grant();
      await settled();
      expect([taken, store.asked.length]).to.deep.equal([[], 1]);
    });

    it('does nothing more for a peer that is sent away, and asks for nothing that waits', async () => {
      const store = slowStore();
      const client = fakePeer();
      const taken = handled(client, { perConnection: store, maxViolations: 1 });
      ask(client, 5);
      for (const index of [0, 1]) {
        store.asked[index]?.refuse(70);
        await settled();
      }
      expect([taken, store.asked.length, tally(client).limited, client.closes.length]).to.deep.equal([[], 2, 2, 1]);
    });

    it('does not answer for a peer that was closed while it waited', async () => {
      const store = slowStore();
      const client = fakePeer();
      const taken = handled(client, { perConnection: store });
      ask(client, 2);
      client.peer.close(4000);
      store.asked[0]?.grant();
      await settled();
      expect([taken, store.asked.length]).to.deep.equal([[], 1]);
    });

    for (const [onStoreError, ok] of [
      [undefined, [0, 1, 2]],
      ['allow', [0, 1, 2]],
      ['refuse', [2]],
    ] as const)
      it(`that fails: ${onStoreError ?? 'allows by default'}; reported once until it works again`, async () => {
        const store = slowStore();
        const client = fakePeer();
        const taken = handled(client, { perConnection: store, onStoreError });
        const cause = new Error('redis is down');
        const answer = async (how: 'fail' | 'grant' | 'hang') => {
          const next = store.asked.at(-1)!;
          if (how === 'fail') next.fail(cause);
          if (how === 'grant') next.grant();
          if (how === 'hang') await clock.tickAsync(1_000);
          await settled();
        };
        ask(client, 4);
        for (const how of ['fail', 'hang', 'grant'] as const) await answer(how);
        expect(taken).to.deep.equal(ok);
        expect(client.failures.map((failure) => [failure.hook, failure.cause])).to.deep.equal([['rateLimit', cause]]);
        await answer('fail');
        expect(client.failures).to.have.length(2);
        expect(tally(client).limited).to.equal(onStoreError === 'refuse' ? 3 : 0);
        expect(clock.countTimers()).to.equal(0);
      });
  });

  it('keeps nothing of a connection that has ended: neither its bucket nor its violations', () => {
    const peers = new Subject<Peer>();
    const handlers = commands<Peer>({ work: () => 1 });
    peers.pipe(rateLimit({ perConnection: { points: 1, duration: 60_000 }, maxViolations: 1 }), handlers).subscribe();
    // A number that comes again has to be as good as new.
    for (let turn = 0; turn < 3; turn++) {
      const client = fakePeer(7);
      peers.next(client.peer);
      ask(client, 2);
      expect([tally(client), client.closes]).to.deep.equal([{ ok: 1, limited: 1 }, []]);
      client.disconnect();
    }
  });

  it('takes a store that throws as one that fails', () => {
    const client = fakePeer();
    const taken = handled(client, {
      perConnection: {
        consume: () => {
          throw new Error('broken');
        },
      },
    });
    ask(client, 2);
    expect(taken).to.deep.equal([0, 1]);
    expect(client.failures).to.have.length(1);
  });

  for (const answer of [undefined, null])
    it(`takes a store that resolves to ${answer} as one that fails`, async () => {
      const client = fakePeer();
      const taken = handled(client, { perConnection: { consume: () => Promise.resolve(answer as never) } });
      ask(client, 2);
      await settled();
      await settled();
      expect(taken).to.deep.equal([0, 1]);
      expect(client.failures.map(({ hook }) => hook)).to.deep.equal(['rateLimit']);
    });

  it('gives keys that no other scope, connection or machine has', () => {
    const keys: string[] = [];
    const consume = (key: string): RateLimitResult => (keys.push(key), { remainingPoints: 1, msBeforeNext: 0 });
    const store = { consume };
    const client = asUser(fakePeer(), 'ann');
    handled(client, { perConnection: store, perUser: store, perAddress: store, perCommand: { work: store }, random: () => 0.5 });
    ask(client, 1);
    const epoch = (2 ** 31).toString(36);
    expect(keys).to.deep.equal([`connection:${epoch}:1`, 'command:work:user:ann', 'user:ann', 'address:127.0.0.1']);
  });

  for (const [config, type, message] of [
    [undefined, TypeError, /^rateLimit: options/],
    [{}, TypeError, /^rateLimit: one of perConnection, perUser, perAddress or perCommand must be given/],
    [{ perUser: 5 }, TypeError, /^rateLimit: perUser/],
    [{ perUser: { points: 0 } }, RangeError, /^rateLimit: perUser: points/],
    [{ perCommand: { work: { duration: 1 } } }, TypeError, /^rateLimit: perCommand.work: points/],
    [{ perUser: { points: 1 }, costs: { work: -1 } }, RangeError, /^rateLimit: costs.work/],
    [{ perUser: { points: 1 }, kindCosts: { ping: -1 } }, RangeError, /^rateLimit: kindCosts.ping/],
    [{ perUser: { points: 1 }, kindCosts: { ping: '1' } }, TypeError, /^rateLimit: kindCosts.ping/],
    [{ perUser: { points: 1 }, kindCosts: { Ping: 1 } }, TypeError, /^rateLimit: kindCosts.Ping/],
    [{ perUser: { points: 1 }, maxViolations: -1 }, RangeError, /^rateLimit: maxViolations/],
    [{ perUser: { points: 1 }, violationWindow: 0 }, RangeError, /^rateLimit: violationWindow/],
    [{ perUser: { points: 1 }, maxWaiting: 0.5 }, TypeError, /^rateLimit: maxWaiting/],
    [{ perUser: { points: 1 }, storeTimeout: 0 }, RangeError, /^rateLimit: storeTimeout/],
    [{ perUser: { points: 1 }, onStoreError: 'maybe' }, TypeError, /^rateLimit: onStoreError/],
    [{ perUser: { points: 1 }, address: 'x-forwarded-for' }, TypeError, /^rateLimit: address/],
    [{ perUser: { points: 1 }, random: 4 }, TypeError, /^rateLimit: random/],
  ] as const)
    it(`refuses an invalid option at the call: ${String(message)}`, () => {
      expect(() => (rateLimit as (config: unknown) => unknown)(config)).to.throw(type, message);
    });
});
