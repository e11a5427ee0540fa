import { expect } from 'chai';
import { once } from 'node:events';
import { lastValueFrom, Observable, Subject, tap } from 'rxjs';
import { commands, createDrain, type DrainProgress } from 'rxgate/server';
import { resourcesBackTo } from '../support/activeResources.js';
import { cleanUp } from '../support/atTestEnd.js';
import { eventLog } from '../support/eventLog.js';
import { until } from '../support/until.js';
import { clientsOf, httpServer, listeners, nextFrame, opened, refusalOf, resourcesNow, serving } from '../server/serving.js';

describe('a drain of real clients', () => {
  afterEach(cleanUp);

  it('S12: spreads the closes of 500 over its window, and is done by the deadline', async function () {
    this.timeout(30_000);
    const before = await resourcesNow();
    const window = 2_000;
    const drain = createDrain({ window, deadline: 8_000 });
    const { peers, client } = await serving({ drain });
    const clients = Array.from({ length: 500 }, () => client());
    await Promise.all(clients.map(opened));
    const begun = performance.now();
    const moments: number[] = [];
    const codes = Promise.all(
      clients.map(async (each) => {
        const [code] = (await once(each, 'close')) as [number];
        moments.push(performance.now() - begun);
        return code;
      }),
    );
    const last = await lastValueFrom(drain.begin());
    expect(last).to.deep.equal({ peers: 0, closed: 500, forced: 0, running: 0 });
    expect(new Set(await codes)).to.deep.equal(new Set([1012]));
    const buckets = new Map<number, number>();
    for (const ms of moments) buckets.set(Math.floor(ms / 100), (buckets.get(Math.floor(ms / 100)) ?? 0) + 1);
    const mean = 500 / (window / 100);
    expect(Math.max(...buckets.values())).to.be.at.most(3 * mean);
    expect(Math.max(...moments)).to.be.within(window - 200, 8_000);
    expect(await peers.end).to.equal('complete');
    await resourcesBackTo(before);
  });

  it('S12: refuses who comes meanwhile with 503, and lets a running request finish before its peer goes', async () => {
    const drain = createDrain({ window: 0, deadline: 5_000, notice: { command: 'restarting' } });
    const work = new Subject<string>();
    const events = eventLog();
    const { client, peers } = await serving({ drain, events, retryAfter: 2_000 }, (all) =>
      all.pipe(commands({ work: () => work })),
    );
    const busy = await opened(client());
    await peers.value();
    busy.send('{"id":"1","command":"work"}');
    await until(() => work.observed);
    const frames: any[] = [];
    busy.on('message', (data: Buffer) => frames.push(JSON.parse(data.toString())));
    const progress = lastValueFrom(drain.begin());
    expect(await refusalOf(client())).to.deep.equal({ status: 503, retryAfter: '2', body: 'Service Unavailable' });
    expect(events.of('upgradeRefused')[0]?.reason).to.equal('draining');
    const closed = once(busy, 'close');
    work.next('done');
    expect(((await closed) as [number])[0]).to.equal(1012);
    expect(frames).to.deep.equal([{ command: 'restarting' }, { type: 'RESPONSE', id: '1', data: 'done', batches: true }]);
    expect(await progress).to.deep.equal({ peers: 0, closed: 1, forced: 0, running: 0 });
    expect(await peers.end).to.equal('complete');
  });

  it('S12: drops at the deadline a client that holds the line', async () => {
    const drain = createDrain({ window: 0, deadline: 60 });
    const { client } = await serving({ drain, closeTimeout: 60_000 });
    const socket = await opened(client());
    socket.pause();
    expect(await lastValueFrom(drain.begin())).to.deep.equal({ peers: 0, closed: 0, forced: 1, running: 0 });
  });

  it('S12: drops 200 busy ones at its deadline, beside 50 that went in time, and tells what was forced', async function () {
    this.timeout(30_000);
    const before = await resourcesNow();
    const [window, deadline] = [500, 2_000];
    const drain = createDrain({ window, deadline });
    let running = 0;
    const work = () =>
      new Observable(() => {
        running++;
        return () => running--;
      });
    const { peers, client } = await serving({ drain }, (all) => all.pipe(commands({ work })));
    const clients = Array.from({ length: 250 }, () => client());
    await Promise.all(clients.map(opened));
    const busy = clients.slice(0, 200);
    for (const socket of busy) for (const id of ['1', '2']) socket.send(JSON.stringify({ id, command: 'work' }));
    await until(() => running === 400);
    const ends = Promise.all(clients.map(async (each) => ((await once(each, 'close')) as [number])[0]));
    const begun = performance.now();
    const progress: DrainProgress[] = [];
    await lastValueFrom(drain.begin().pipe(tap((value) => progress.push(value))));
    const took = performance.now() - begun;
    expect(progress[0]).to.deep.equal({ peers: 250, closed: 0, forced: 0, running: 400 });
    expect(progress.find(({ closed }) => closed === 50)).to.deep.equal({ peers: 200, closed: 50, forced: 0, running: 400 });
    expect(progress.at(-1)).to.deep.equal({ peers: 0, closed: 50, forced: 200, running: 0 });
    // All in the turn of the deadline, which a busy machine may come to late.
    expect(took).to.be.within(deadline - 5, deadline + 1_500);
    expect(running).to.equal(0);
    const codes = await ends;
    expect([codes.slice(0, 200), codes.slice(200)]).to.deep.equal([Array(200).fill(1006), Array(50).fill(1012)]);
    expect(await peers.end).to.equal('complete');
    await resourcesBackTo(before);
  });

  it('refuses an upgrade whose authentication ends too late', async () => {
    const drain = createDrain({ window: 0 });
    const asked = new Subject<{ user: string }>();
    const { client, peers } = await serving({ drain, authenticate: () => asked });
    const kept = refusalOf(client());
    await until(() => asked.observed);
    drain.begin();
    expect((await kept).status).to.equal(503);
    expect([peers.values, peers.ends]).to.deep.equal([[], ['complete']]);
  });

  it('refuses it also while others are still being closed', async () => {
    const drain = createDrain({ window: 60_000, deadline: 60_000 });
    const asked = new Subject<{ user: string }>();
    const events = eventLog();
    let first = true;
    const authenticate = () => {
      const known = first;
      first = false;
      return known ? { user: 'ann' } : asked;
    };
    const { client, peers } = await serving({ drain, events, authenticate });
    await opened(client());
    const kept = refusalOf(client());
    await until(() => asked.observed);
    drain.begin();
    asked.next({ user: 'bob' });
    expect((await kept).status).to.equal(503);
    expect(events.of('upgradeRefused').map(({ reason }) => reason)).to.deep.equal(['draining']);
    expect(peers.values).to.have.length(1);
    (await peers.value()).close();
    expect(await peers.end).to.equal('complete');
  });

  it('leaves a given server running without a listener of ours, and is good for one end', async () => {
    const server = await httpServer();
    const before = listeners(server);
    const drain = createDrain({ window: 0 });
    const first = await serving({ server, path: '/a', drain });
    const second = await serving({ server, path: '/b', drain });
    await Promise.all([opened(first.client('/a')), opened(second.client('/b'))]);
    expect((await lastValueFrom(drain.begin())).closed).to.equal(2);
    expect(await Promise.all([first.peers.end, second.peers.end])).to.deep.equal(['complete', 'complete']);
    expect(listeners(server)).to.deep.equal(before);
    const late = await serving({ server, path: '/a' }, (all) => all.pipe(commands({ one: () => 1 })));
    const socket = await opened(clientsOf(late.port).client('/a'));
    socket.send('{"id":"1","command":"one"}');
    expect(await nextFrame(socket)).to.deep.include({ data: 1 });
  });
});
