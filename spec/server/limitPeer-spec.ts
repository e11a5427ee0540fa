import { expect } from 'chai';
import { concatWith, NEVER, Observable, of } from 'rxjs';
import sinon from 'sinon';
import { commands } from '../../lib/server/commands.js';
import { peerLink } from '../../lib/server/peerLink.js';
import { rateLimit } from '../../lib/server/rateLimit.js';
import type { RateLimitConfig } from '../../lib/server/rateLimitConfig.js';
import type { RateLimitResult } from '../../lib/server/rateLimitStore.js';
import { topics } from '../../lib/server/topics.js';
import { fakePeer as fakePeerOf } from '../../lib/testing/fakePeer.js';
import { type FakePeer, fakePeer } from './fakePeer.js';

/** Answers of a store that the test gives when it likes. */
const slowStore = () => {
  const asked: { points: number; grant: () => void; refuse: (ms: number) => void }[] = [];
  const consume = (_key: string, points: number) =>
    new Promise<RateLimitResult>((resolve, reject) =>
      asked.push({
        points,
        grant: () => resolve({ remainingPoints: 1, msBeforeNext: 0 }),
        refuse: (msBeforeNext) => reject({ remainingPoints: 0, msBeforeNext }),
      }),
    );
  return { asked, consume };
};

describe('limitPeer: what a peer sends that is no question', () => {
  let clock: sinon.SinonFakeTimers;
  beforeEach(() => {
    clock = sinon.useFakeTimers({ now: 1_700_000_000_000 });
  });
  afterEach(() => clock.restore());

  const handled = (client: FakePeer, config: RateLimitConfig) => {
    const take = (data: unknown) => data;
    client.through(rateLimit(config), commands({ work: take, heavy: take }), topics({ 'bars:{symbol}': () => of(1) }));
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
  const ping = { type: 'ping' };
  const many = (client: FakePeer, count: number, body: object): void => {
    for (let n = 0; n < count; n++) client.receive(body);
  };
  const pongs = (client: FakePeer) => client.sent.filter(({ type }) => type === 'pong').length;

  it('S10: costs a tenth of a point, collected until it is one: pings, pongs, cancels, unsubscribes and answers that are awaited', () => {
    const client = fakePeer();
    const keys: number[] = [];
    const consume = (_key: string, points: number) => (keys.push(points), { remainingPoints: 1, msBeforeNext: 0 });
    handled(client, { perConnection: { consume } });
    for (let n = 0; n < 4; n++) client.peer.request('hello').subscribe();
    many(client, 3, ping);
    many(client, 2, { type: 'pong' });
    client.receive({ type: 'CANCEL', id: 'x' });
    client.receive({ type: 'UNSUBSCRIBE', id: 'x', topic: 'bars:A' });
    client.receive({ type: 'RESPONSE', id: '1' });
    client.receive({ type: 'RESPONSE', id: '2' });
    expect(keys).to.deep.equal([]);
    client.receive({ type: 'RESPONSE', id: '3' });
    expect(keys).to.deep.equal([1]);
    many(client, 9, ping);
    expect(keys).to.deep.equal([1]);
    client.receive({ type: 'ERROR', id: '4', code: 'NO' });
    expect(keys).to.deep.equal([1, 1]);
    expect(pongs(client)).to.equal(12);
  });

  it('S10: costs in full where nobody asked: answers to no request, confirmations, ends, notifications', () => {
    const client = fakePeer();
    handled(client, { perConnection: { points: 5, duration: 100_000 } });
    client.receive({ type: 'RESPONSE', id: '9', data: 1 });
    client.receive({ type: 'ERROR', id: '9', code: 'NO' });
    client.receive({ type: 'ACK', id: '9', topic: 't' });
    client.receive({ type: 'ENDED', topic: 't' });
    client.receive({ type: 'NOTIFY', topic: 't', data: 1 });
    expect(limitedOf(client)).to.deep.equal([]);
    expect(drops(client)).to.include({ unmatchedReply: 2, unmatchedConfirmation: 2, unroutedNotification: 1 });
    client.receive({ type: 'NOTIFY', topic: 't', data: 1 });
    expect(drops(client)).to.include({ unroutedNotification: 1, rateLimited: 1 });
    ask(client, 1);
    expect(tally(client)).to.deep.equal({ ok: 0, limited: 1 });
  });

  it('S10: a flood of pings is a violation each, and closes with 4429', () => {
    const client = fakePeer();
    handled(client, { perConnection: { points: 2, duration: 60_000 }, maxViolations: 5 });
    many(client, 20 + 9, ping);
    expect([pongs(client), limitedOf(client).length]).to.deep.equal([29, 0]);
    many(client, 5, ping);
    expect([pongs(client), drops(client).rateLimited, client.closes]).to.deep.equal([29, 5, []]);
    expect(limitedOf(client)[0]).to.include({ type: 'limited', name: undefined });
    many(client, 5, ping);
    expect(client.closes.map(([code, reason]) => [code, JSON.parse(reason).reason])).to.deep.equal([[4429, 'violations']]);
    expect(limitedOf(client).length).to.equal(6);
  });

  it('S10: a flood of pings of the WebSocket protocol is as well', () => {
    const fake = fakePeerOf({ events: { next: (event) => events.push(event.type) } });
    const events: string[] = [];
    const stage = fake.peer$.pipe(rateLimit({ perConnection: { points: 2, duration: 60_000 }, maxViolations: 5 })).subscribe();
    for (let n = 0; n < 29; n++) fake.receivePing(n % 2 > 0);
    expect([events.includes('limited'), fake.peer.open]).to.deep.equal([false, true]);
    for (let n = 0; n < 6; n++) fake.receivePing();
    expect(fake.end).to.include({ code: 4429 });
    stage.unsubscribe();
  });

  it('S10: pings of the WebSocket protocol are charged by each of two stages, as messages are, also when one of them is taken off', () => {
    const taken: string[] = [];
    let full = false;
    const store = (name: string) => ({
      consume: () => (taken.push(name), { remainingPoints: 1, msBeforeNext: 70, refused: full && name === 'first' }),
    });
    const fake = fakePeerOf();
    const cost = { kindCosts: { ping: 1 } };
    const stage = fake.peer$
      .pipe(rateLimit({ perConnection: store('first'), ...cost }), rateLimit({ perConnection: store('second'), ...cost }))
      .subscribe();
    const other = of(fake.peer)
      .pipe(concatWith(NEVER), rateLimit({ perConnection: store('third'), ...cost }))
      .subscribe();
    fake.receivePing();
    expect(taken.splice(0)).to.deep.equal(['first', 'second', 'third']);
    full = true;
    // What the first refuses is not charged a second time, and counted once.
    fake.receivePing();
    expect(taken.splice(0)).to.deep.equal(['first']);
    expect(peerLink(fake.peer).counters.drops.rateLimited).to.equal(1);
    full = false;
    other.unsubscribe();
    fake.receivePing();
    expect(taken.splice(0)).to.deep.equal(['first', 'second']);
    stage.unsubscribe();
    fake.receivePing();
    expect(taken).to.deep.equal([]);
  });

  it('is never lost where that would leave work running or a question open: it counts as a violation all the same', async () => {
    const client = fakePeer();
    const stops: string[] = [];
    const running = (name: string) => new Observable(() => () => stops.push(name));
    const reply = new Promise((resolve) => client.peer.request('hello').subscribe(resolve));
    client.through(
      rateLimit({ perConnection: { points: 2, duration: 60_000 }, kindCosts: { cancel: 1, unsubscribe: 1, reply: 1 } }),
      commands({ run: () => running('run') }),
      topics({ bars: () => running('bars') }),
    );
    client.receive({ id: 'r', command: 'run' });
    client.receive({ type: 'SUBSCRIBE', id: 's', topic: 'bars' });
    client.receive({ type: 'CANCEL', id: 'r' });
    client.receive({ type: 'UNSUBSCRIBE', id: 's', topic: 'bars' });
    client.receive({ type: 'RESPONSE', id: '1', data: 'hi' });
    expect(stops).to.deep.equal(['run', 'bars']);
    expect(await reply).to.equal('hi');
    expect([limitedOf(client).length, drops(client).rateLimited]).to.deep.equal([3, 0]);
  });

  it('costs what kindCosts says, by kind; a name in costs comes first', () => {
    const client = fakePeer();
    handled(client, {
      perConnection: { points: 10, duration: 60_000 },
      kindCosts: { ping: 0, request: 2, send: 0.5 },
      costs: { heavy: 4 },
    });
    many(client, 1_000, ping);
    ask(client, 2);
    ask(client, 1, 'heavy', 2);
    many(client, 4, { command: 'work' });
    expect(tally(client)).to.deep.equal({ ok: 3, limited: 0 });
    many(client, 1, { command: 'work' });
    expect(drops(client).rateLimited).to.equal(0);
    many(client, 1, { command: 'work' });
    expect(drops(client).rateLimited).to.equal(1);
  });

  it('S10: is not paid for out of the bucket of a command, with a store that answers at once or one that takes its time', async () => {
    for (const async of [false, true]) {
      const taken: [string, number][] = [];
      const consume = (key: string, points: number) => {
        taken.push([key.split(':')[0] as string, points]);
        const result = { remainingPoints: 1, msBeforeNext: 0 };
        return async ? Promise.resolve(result) : result;
      };
      const client = fakePeer();
      handled(client, { perConnection: { consume }, perCommand: { work: { consume } } });
      many(client, 55, ping);
      ask(client, 1);
      many(client, 5, ping);
      ask(client, 1, 'work', 1);
      for (let turn = 0; turn < 20; turn++) await settled();
      expect(taken.filter(([key]) => key === 'command')).to.deep.equal([
        ['command', 1],
        ['command', 1],
      ]);
      // 60 pings and 2 commands.
      expect(taken.filter(([key]) => key === 'connection').reduce((sum, [, points]) => sum + points, 0)).to.equal(8);
    }
  });

  it('S10: is refused when more is owed than may wait for a store', () => {
    const store = slowStore();
    const client = fakePeer();
    handled(client, { perConnection: store, maxWaiting: 4, maxViolations: 5 });
    // The first ten are asked for; five points may be owed beside.
    many(client, 10 + 50, ping);
    expect([pongs(client), limitedOf(client).length]).to.deep.equal([60, 0]);
    many(client, 6, ping);
    expect([pongs(client), drops(client).rateLimited, client.closes.map(([code]) => code)]).to.deep.equal([60, 6, [4429]]);
  });

  it('waits for no store: it is charged beside, for one answer at a time', async () => {
    const store = slowStore();
    const client = fakePeer();
    handled(client, { perConnection: store, maxViolations: 1 });
    ask(client, 1);
    many(client, 40, ping);
    expect([pongs(client), store.asked.map(({ points }) => points)]).to.deep.equal([40, [1, 1]]);
    store.asked[1]?.grant();
    await settled();
    // What came meanwhile is owed, and asked for as soon as there is an answer.
    expect(store.asked.map(({ points }) => points)).to.deep.equal([1, 1, 3]);
    store.asked[2]?.refuse(70);
    await settled();
    expect(store.asked).to.have.length(3);
    many(client, 1, ping);
    expect(store.asked.map(({ points }) => points)).to.deep.equal([1, 1, 3, 1]);
    store.asked[3]?.refuse(70);
    await settled();
    expect(client.closes.map(([code]) => code)).to.deep.equal([4429]);
    expect(limitedOf(client)).to.have.length(2);
  });
});
