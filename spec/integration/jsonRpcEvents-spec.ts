import { expect } from 'chai';
import { catchError, concatMap, firstValueFrom, from, map, of, toArray } from 'rxjs';
import { Client } from 'rpc-websockets';
import {
  connect,
  createCounters,
  type GatewayEvent,
  heartbeat,
  type HeartbeatConfig,
  notifications,
  request,
  type RequestFailedError,
  retryBackoff,
  send,
  shareSession,
  topic,
} from 'rxgate';
import { jsonRpc, jsonRpcEvents } from 'rxgate/protocols';
import { calculator } from '../../docs/snippets/jsonRpc.js';
import { atTestEnd, cleanUp } from '../support/atTestEnd.js';
import { proxy } from '../support/proxy.js';
import { recorded } from '../support/recorded.js';
import { type RpcServer, rpcServer } from '../support/rpcServer.js';
import { until } from '../support/until.js';

const gatewayAt = (url: string, beats: HeartbeatConfig = {}) => {
  const events: GatewayEvent[] = [];
  const counters = createCounters();
  const observer = { next: (event: GatewayEvent) => void events.push(event) };
  const session$ = connect({ url, protocol: jsonRpc({ topics: jsonRpcEvents() }), events: observer, counters }).pipe(
    heartbeat({ random: () => 0.99, ...beats }),
    retryBackoff({ initialDelay: 5, maxDelay: 10, events: observer }),
    shareSession({ linger: 50, events: observer }),
  );
  return { session$, events, counters };
};

/** The reference client. */
const referenceAt = async (url: string): Promise<Client> => {
  const client = new Client(url, { reconnect_interval: 10, max_reconnects: 0 });
  atTestEnd(() => {
    client.setAutoReconnect(false);
    client.close();
  });
  await new Promise<void>((resolve) => client.once('open', () => resolve()));
  return client;
};

const calls = [
  ['echo', ['hällo', { deep: [1, { two: null }] }]],
  ['echo', { text: '😀\u2028', n: 1.5 }],
  ['sum', [1, 2, 39]],
  ['nothing', undefined],
  ['throws', []],
  ['fails', {}],
  ['missing', [1]],
  ['whoami', undefined],
  ['rpc.login', { token: 'bad' }],
  ['rpc.login', { token: 'good' }],
  ['whoami', undefined],
] as const;
/** An event of one object is that object to both; several values are arguments there, and a list here. */
const valueOf = (args: readonly unknown[]): unknown => (args.length === 1 ? args[0] : args);
const methodsOf = ({ frames }: RpcServer) => frames.map(({ method }) => method);

describe('jsonRpc, against rpc-websockets', () => {
  afterEach(cleanUp);

  it('is what the snippet of its page shows', async () => {
    const { url, server, listeners } = await rpcServer();
    const { sum, feed$ } = calculator(url);
    const price = firstValueFrom(feed$);
    await until(() => listeners('feed') === 1);
    expect(await firstValueFrom(sum(1, 2, 39))).to.equal(42);
    server.emit('feed', { price: 3 });
    expect(await price).to.deep.equal({ price: 3 });
  });

  it('shows what its own client shows, and sends the frames that it sends', async () => {
    const server = await rpcServer();
    const reference = await referenceAt(server.url);
    const theirs: unknown[] = [];
    for (const [method, params] of calls)
      theirs.push(
        await reference.call(method, params as object).then(
          (result) => ({ result }),
          (error: unknown) => ({ error }),
        ),
      );
    const told: unknown[] = [];
    reference.on('feed', (...args: unknown[]) => told.push(args));
    reference.on('tick', (params: unknown) => told.push(params));
    theirs.push(await reference.subscribe('feed'));
    await reference.notify('echo', ['nobody hears']);
    const emit = async (): Promise<void> => {
      await until(() => server.frames.at(-1)?.method === 'echo' && server.listeners('feed') === 1);
      server.server.emit('feed', 1, 'two');
      server.server.emit('feed', { price: 3 });
      for (const socket of server.server.wss.clients) socket.send('{"jsonrpc":"2.0","method":"tick","params":{"n":1}}');
    };
    await emit();
    await until(() => told.length === 3);
    theirs.push(await reference.unsubscribe('feed'));
    reference.close();
    const theirFrames = server.frames.splice(0);
    await until(() => server.server.wss.clients.size === 0);

    const { session$ } = gatewayAt(server.url);
    const kept = session$.subscribe();
    // It would come back for ever.
    atTestEnd(() => kept.unsubscribe());
    const ours = await firstValueFrom(
      from(calls).pipe(
        concatMap(([method, params]) =>
          session$.pipe(
            request(method, params),
            map((result) => ({ result })),
            catchError((error: unknown) => {
              const { code, detail, data } = error as RequestFailedError;
              return of({ error: { code, message: detail, ...(data !== undefined && { data }) } });
            }),
          ),
        ),
        toArray(),
      ),
    );
    const feed = recorded(session$.pipe(topic('feed')));
    const tick = recorded(session$.pipe(notifications('tick')));
    await until(() => server.listeners('feed') === 1);
    session$.pipe(send('echo', ['nobody hears'])).subscribe();
    await emit();
    await until(() => feed.values.length === 2 && tick.values.length === 1);
    feed.subscription.unsubscribe();
    await until(() => server.listeners('feed') === 0);

    // Their rpc.on and rpc.off answer with what a topic's confirmation and its end stand for here.
    expect([...ours, { feed: 'ok' }, { feed: 'ok' }]).to.deep.equal(theirs);
    expect(feed.values).to.have.deep.members(told.filter(Array.isArray).map(valueOf));
    expect(tick.values.map(({ data }) => data)).to.deep.equal([{ n: 1 }]);
    const bare = (frames: RpcServer['frames']) => frames.map(({ id, ...frame }) => ({ ...frame, asked: id !== undefined }));
    expect(bare(server.frames)).to.deep.equal(bare(theirFrames));
  });

  it('takes a reply without a result for one without data, where its own client sees a malformed response', async () => {
    const server = await rpcServer();
    const reference = await referenceAt(server.url);
    expect(String(await reference.call('void').catch((error: unknown) => error))).to.contain('Server response malformed');
    expect(await firstValueFrom(gatewayAt(server.url).session$.pipe(request('void')))).to.equal(undefined);
  });

  it('gives each request its own reply, in whatever order they come', async () => {
    const server = await rpcServer();
    const { session$ } = gatewayAt(server.url);
    const order: unknown[] = [];
    for (const name of ['a', 'b', 'c']) session$.pipe(request('slow', { name })).subscribe((reply) => order.push([name, reply]));
    await until(() => server.slow.size === 3);
    for (const name of ['c', 'a', 'b']) server.slow.get(name)?.();
    await until(() => order.length === 3);
    expect(order).to.deep.equal([
      ['c', 'c'],
      ['a', 'a'],
      ['b', 'b'],
    ]);
  });

  it('never gives a late reply to the next request', async () => {
    const server = await rpcServer();
    const { session$, counters } = gatewayAt(server.url);
    const kept = session$.subscribe();
    await firstValueFrom(session$);
    const early = recorded(session$.pipe(request('slow', { name: 'a' }, { timeout: 30 })));
    expect(await early.end).to.include({ kind: 'requestTimeout' });
    const next = firstValueFrom(session$.pipe(request('slow', { name: 'b' })));
    await until(() => server.slow.size === 2);
    server.slow.get('a')?.();
    await until(() => counters.drops.unmatchedReply === 1);
    server.slow.get('b')?.();
    expect(await next).to.equal('b');
    kept.unsubscribe();
  });

  it('has one rpc.on for all subscribers of an event, and rpc.off after the last', async () => {
    const server = await rpcServer();
    const { session$, counters } = gatewayAt(server.url);
    const kept = session$.subscribe();
    const all = [1, 2, 3].map(() => recorded(session$.pipe(topic('feed'))));
    await until(() => server.listeners('feed') === 1);
    server.server.emit('feed', 'to all');
    for (const each of all) expect(await each.value()).to.deep.equal(['to all']);
    all[0]?.subscription.unsubscribe();
    all[1]?.subscription.unsubscribe();
    expect(await firstValueFrom(session$.pipe(request('sum', [1, 1])))).to.equal(2);
    expect(server.listeners('feed')).to.equal(1);
    all[2]?.subscription.unsubscribe();
    await until(() => server.listeners('feed') === 0);
    expect(methodsOf(server)).to.deep.equal(['rpc.on', 'sum', 'rpc.off']);
    // The answer to rpc.off is nobody's, and no stray either.
    expect(await firstValueFrom(session$.pipe(request('sum', [1, 2])))).to.equal(3);
    expect(counters.drops).to.include({ unmatchedReply: 0, unhandled: 0, unmatchedConfirmation: 0 });
    kept.unsubscribe();
  });

  it('is subscribed in the end, however fast subscribers come and go', async () => {
    const server = await rpcServer();
    const { session$ } = gatewayAt(server.url);
    const kept = session$.subscribe();
    for (let round = 0; round < 20; round++) session$.pipe(topic('feed')).subscribe().unsubscribe();
    const feed = recorded(session$.pipe(topic('feed')));
    expect(await firstValueFrom(session$.pipe(request('sum', [1])))).to.equal(1);
    expect(server.listeners('feed')).to.equal(1);
    server.server.emit('feed', 'last');
    expect(await feed.value()).to.deep.equal(['last']);
    kept.unsubscribe();
  });

  it('errors a topic that is unknown or not open yet, and gets it after a login', async () => {
    const server = await rpcServer();
    const { session$ } = gatewayAt(server.url);
    const kept = session$.subscribe();
    const refused = await recorded(session$.pipe(topic('weather'))).end;
    expect(refused).to.include({ kind: 'subscriptionRejected', topic: 'weather', code: 'REFUSED' });
    expect(refused).to.have.deep.property('data', { weather: 'provided event invalid' });
    const forbidden = await recorded(session$.pipe(topic('news'))).end;
    expect(forbidden).to.include({ kind: 'subscriptionRejected', code: -32606, detail: 'Event forbidden' });
    expect(await firstValueFrom(session$.pipe(request('rpc.login', { token: 'good' })))).to.equal(true);
    const news = recorded(session$.pipe(topic('news')));
    await until(() => server.listeners('news') === 1);
    server.server.emit('news', 'sunny');
    expect(await news.value()).to.deep.equal(['sunny']);
    kept.unsubscribe();
  });

  it('comes back after a cut with its topics, and fails what was under way', async () => {
    const server = await rpcServer();
    const line = await proxy(server.port);
    const { session$ } = gatewayAt(line.url);
    const feed = recorded(session$.pipe(topic('feed')));
    await until(() => server.listeners('feed') === 1);
    server.server.emit('feed', 'before');
    await feed.value();
    const lost = recorded(session$.pipe(request('slow', { name: 'a' })));
    await until(() => server.slow.size === 1);
    line.cut();
    expect(await lost.end).to.include({ kind: 'connectionLost', code: 1006 });
    await until(() => line.accepted === 2 && server.listeners('feed') === 1);
    server.server.emit('feed', 'after');
    await feed.value((value) => (value as unknown[])[0] === 'after');
    expect(feed.values).to.deep.equal([['before'], ['after']]);
    expect(feed.ends).to.deep.equal([]);
    expect(await firstValueFrom(session$.pipe(request('sum', [20, 22])))).to.equal(42);
  });

  it('after a cut goes on by itself, where its own client leaves calls open and topics to its user', async () => {
    /** A cut in the middle: what was called before it stays without an answer. */
    const overACut = async (scene: (server: RpcServer, url: string, cut: () => Promise<void>) => Promise<unknown>) => {
      const server = await rpcServer();
      const line = await proxy(server.port);
      const cut = async () => {
        await until(() => server.slow.has('a') && server.listeners('feed') === 1);
        line.cut();
        await until(() => line.accepted === 2 && server.server.wss.clients.size === 1);
      };
      return [await scene(server, line.url, cut), methodsOf(server)];
    };

    const theirs = await overACut(async (server, url, cut) => {
      const reference = await referenceAt(url);
      // A cut is an error event to it at times.
      reference.on('error', () => undefined);
      const told: unknown[] = [];
      reference.on('feed', (value: unknown) => told.push(value));
      await reference.subscribe('feed');
      server.server.emit('feed', 'before');
      await until(() => told.length === 1);
      let left = 'open';
      const end = () => void (left = 'ended');
      reference.call('slow', { name: 'a' }).then(end, end);
      const back = new Promise<void>((resolve) => reference.once('open', () => resolve()));
      await cut();
      await back;
      server.server.emit('feed', 'missed');
      const sum = await reference.call('sum', [20, 22]);
      await reference.subscribe('feed');
      server.server.emit('feed', 'after');
      await until(() => told.length === 2);
      return { told, left, sum };
    });
    expect(theirs).to.deep.equal([{ told: ['before', 'after'], left: 'open', sum: 42 }, ['rpc.on', 'slow', 'sum', 'rpc.on']]);

    const ours = await overACut(async (server, url, cut) => {
      const { session$ } = gatewayAt(url);
      const feed = recorded(session$.pipe(topic('feed')));
      await until(() => server.listeners('feed') === 1);
      server.server.emit('feed', 'before');
      await feed.value();
      const lost = recorded(session$.pipe(request('slow', { name: 'a' })));
      await cut();
      const left = ((await lost.end) as { readonly kind: string }).kind;
      await until(() => server.listeners('feed') === 1);
      server.server.emit('feed', 'missed by none');
      const sum = await firstValueFrom(session$.pipe(request('sum', [20, 22])));
      server.server.emit('feed', 'after');
      await until(() => feed.values.length === 3);
      return { told: feed.values.flat(), left, sum };
    });
    expect(ours).to.deep.equal([
      { told: ['before', 'missed by none', 'after'], left: 'connectionLost', sum: 42 },
      ['rpc.on', 'slow', 'rpc.on', 'sum'],
    ]);
  });

  it('beats with a method that the server need not know', async () => {
    const server = await rpcServer();
    const { session$, events, counters } = gatewayAt(server.url, { interval: 10, timeout: 200 });
    const kept = session$.subscribe();
    await until(() => events.filter(({ type }) => type === 'heartbeat').length >= 2);
    expect(new Set(methodsOf(server))).to.deep.equal(new Set(['rpc.ping']));
    expect(counters.drops).to.include({ unmatchedReply: 0, unhandled: 0 });
    kept.unsubscribe();
  });

  it('drops a line that carries nothing any more, and comes back by another', async () => {
    const server = await rpcServer();
    const line = await proxy(server.port);
    const { session$, events } = gatewayAt(line.url, { interval: 20, timeout: 30 });
    const feed = recorded(session$.pipe(topic('feed')));
    await until(() => server.listeners('feed') === 1);
    line.stall();
    await until(() => line.accepted >= 2);
    const ended = events.find(({ type }) => type === 'ended') as { end: { error: { kind: string } } } | undefined;
    expect(ended?.end.error.kind).to.equal('heartbeatTimeout');
    await until(() => server.listeners('feed') === 2);
    server.server.emit('feed', 'again');
    expect(await feed.value()).to.deep.equal(['again']);
  });

  it('answers the pings of the server’s sockets', async () => {
    const server = await rpcServer();
    const kept = gatewayAt(server.url).session$.subscribe();
    await until(() => server.server.wss.clients.size === 1);
    const [socket] = server.server.wss.clients;
    const answered = new Promise((resolve) => socket?.once('pong', (data: Buffer) => resolve(data.toString())));
    socket?.ping('are you there');
    expect(await answered).to.equal('are you there');
    kept.unsubscribe();
  });

  for (const [code, comesBack] of [
    [1000, true],
    [1001, true],
    [1013, true],
    [3000, true],
    [4429, true],
    [1008, false],
    [4403, false],
  ] as const)
    it(`${comesBack ? 'comes back' : 'stays away'} after a close with ${code}`, async () => {
      const server = await rpcServer();
      const line = await proxy(server.port);
      const { session$ } = gatewayAt(line.url);
      const feed = recorded(session$.pipe(topic('feed')));
      await until(() => server.listeners('feed') === 1);
      for (const socket of server.server.wss.clients) socket.close(code, 'because');
      if (comesBack) {
        await until(() => line.accepted === 2);
        await until(() => line.accepted === 2 && server.listeners('feed') === 1);
      } else expect(await feed.end).to.include({ kind: 'connectionLost', code, reason: 'because' });
      expect(feed.ends).to.have.length(comesBack ? 0 : 1);
      expect(line.accepted).to.equal(comesBack ? 2 : 1);
    });
});
