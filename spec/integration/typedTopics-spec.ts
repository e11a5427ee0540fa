import { expect } from 'chai';
import { firstValueFrom, forkJoin, map } from 'rxjs';
import {
  connect,
  type ConnectionLostError,
  heartbeat,
  type HeartbeatConfig,
  notifications,
  request,
  retryBackoff,
  send,
  shareSession,
  type SubscriptionRejectedError,
  topic,
} from 'rxgate';
import { colonTopicName, jsonTopicName, typedTopics, type TypedTopicsOptions } from 'rxgate/protocols';
import { datafeed } from '../../docs/snippets/typedTopics.js';
import { cleanUp } from '../support/atTestEnd.js';
import { type EventLog, eventLog } from '../support/eventLog.js';
import { fastwsServer } from '../support/fastwsServer.js';
import { proxy } from '../support/proxy.js';
import { recorded } from '../support/recorded.js';
import { until } from '../support/until.js';

interface Settings extends TypedTopicsOptions {
  readonly beats?: HeartbeatConfig;
  readonly events?: EventLog;
}

const soon = { initialDelay: 5, maxDelay: 10 };
const template = 'bars:{symbol}:{resolution}';
const aapl = { symbol: 'AAPL', resolution: '1' };
const goog = { symbol: 'GOOG', resolution: '5' };

const gatewayAt = (url: string, { beats, events, ...options }: Settings = {}) =>
  connect({ url, protocol: typedTopics({ topics: [template], ...options }), events }).pipe(
    heartbeat({ random: () => 0.99, ...beats }),
    retryBackoff({ ...soon, events }),
    shareSession({ linger: 50, events }),
  );

const typesOf = (bodies: readonly { readonly type?: string }[]) => bodies.map(({ type }) => type);

describe('typedTopics, against a server shaped like one of FastWS', () => {
  afterEach(cleanUp);

  for (const [names, topicName, nameOfAapl] of [
    ['colon', colonTopicName, 'bars:AAPL:1'],
    ['json', jsonTopicName, 'bars:{"resolution":"1","symbol":"AAPL"}'],
  ] as const) {
    it(`brings bars and replies, over a cut and a reconnect, where topics are named ${nameOfAapl}`, async () => {
      const server = await fastwsServer({ names });
      const events = eventLog();
      const { url, cut } = await proxy(server.port);
      const session$ = gatewayAt(url, { topicName, events });
      const byTemplate = recorded(session$.pipe(topic<number>(template, aapl)));
      const byRoute = recorded(session$.pipe(topic<number>('bars', goog)));
      await events.event('subscribed', 1);
      const [confirmed, other] = events.of('subscribed').map((event) => event.topic);
      expect(confirmed).to.equal(nameOfAapl);
      server.update('bars', nameOfAapl, 1);
      server.update('bars', other ?? '', 10);
      await byRoute.value();
      const placed = recorded(session$.pipe(request('orders.place', { symbol: 'AAPL' })));
      await placed.end;

      server.hold('orders.place.response');
      const lost = recorded(session$.pipe(request('orders.place', { symbol: 'AAPL' })));
      const kept = recorded(session$.pipe(request('echo', 'again', { idempotent: true })));
      await kept.end;
      const resent = recorded(session$.pipe(request('orders.place', { symbol: 'GOOG' }, { idempotent: true })));
      await until(() => server.kept('orders.place.response') === 2);
      cut();
      expect(await lost.end).to.include({ kind: 'connectionLost' });
      await events.event('subscribed', 3);
      // One is there that will never get to the client, for its connection is gone.
      await until(() => server.kept('orders.place.response') === 3);
      server.release('orders.place.response');
      await resent.end;
      server.update('bars', nameOfAapl, 2);
      server.update('bars', other ?? '', 20);
      await byRoute.value((value) => value === 20);

      expect(placed.values).to.deep.equal([{ status: 'working', order: 1, symbol: 'AAPL' }]);
      expect([kept.values, resent.values]).to.deep.equal([['again'], [{ status: 'working', order: 4, symbol: 'GOOG' }]]);
      expect([byTemplate.values, byRoute.values]).to.deep.equal([
        [1, 2],
        [10, 20],
      ]);
      expect([byTemplate.ends, byRoute.ends]).to.deep.equal([[], []]);
      const asked = { type: 'bars.subscribe', payload: aapl };
      for (const { bodies } of server.connections) expect(bodies[0]).to.deep.equal(asked);
      expect(server.connections).to.have.length(2);
      expect(events.of('dropped')).to.deep.equal([]);
    });

    it(`tells apart what is confirmed out of order, where topics are named ${nameOfAapl}`, async () => {
      const server = await fastwsServer({ names });
      const events = eventLog();
      server.hold('bars.subscribe.response');
      const session$ = gatewayAt(server.url, { topicName, events });
      const [first, second] = [aapl, goog].map((params) => recorded(session$.pipe(topic<string>('bars', params))));
      await until(() => server.kept('bars.subscribe.response') === 2);
      server.release('bars.subscribe.response', [1, 0]);
      await events.event('subscribed', 1);
      const confirmed = events.of('subscribed').map((event) => event.topic);
      expect(confirmed[1]).to.equal(nameOfAapl);
      server.update('bars', nameOfAapl, 'a');
      server.update('bars', confirmed[0] ?? '', 'g');
      await second?.value();
      expect([first?.values, second?.values]).to.deep.equal([['a'], ['g']]);
    });
  }

  it('goes by the names that the gateway gives, whatever it was expected to say', async () => {
    const server = await fastwsServer({ names: 'json' });
    const events = eventLog();
    // The default expects colons.
    const session$ = gatewayAt(server.url, { events });
    const symbols = ['Ä"\\', '日本', '𝄞 %', 'A:B', '{x}'];
    const bars = symbols.map((symbol) => recorded(session$.pipe(topic<string>(template, { symbol, resolution: '1' }))));
    await events.event('subscribed', 4);
    const names = events.of('subscribed').map((event) => event.topic);
    expect(names.slice(0, 3)).to.deep.equal([
      String.raw`bars:{"resolution":"1","symbol":"\u00c4\"\\"}`,
      String.raw`bars:{"resolution":"1","symbol":"\u65e5\u672c"}`,
      String.raw`bars:{"resolution":"1","symbol":"\ud834\udd1e %"}`,
    ]);
    for (const [index, name] of names.entries()) server.update('bars', name, symbols[index]);
    await bars[4]?.value();
    expect(bars.map(({ values }) => values)).to.deep.equal(symbols.map((symbol) => [symbol]));
    const { bodies } = await server.connection(0);
    expect(bodies.map(({ payload }) => payload.symbol as string)).to.deep.equal(symbols);
  });

  it('expects the names that such a gateway gives, whatever characters are in them', async () => {
    const server = await fastwsServer({ names: 'json' });
    const events = eventLog();
    server.hold('bars.subscribe.response');
    const session$ = gatewayAt(server.url, { topicName: jsonTopicName, events });
    const symbols = ['Ä"\\\n\u007f', '日本', '𝄞 %'];
    const bars = symbols.map((symbol) => recorded(session$.pipe(topic<string>('bars', { symbol, resolution: '1' }))));
    await until(() => server.kept('bars.subscribe.response') === 3);
    server.release('bars.subscribe.response', [2, 0, 1]);
    await events.event('subscribed', 2);
    const names = events.of('subscribed').map((event) => event.topic);
    for (const [index, of] of [2, 0, 1].entries()) server.update('bars', names[index] ?? '', symbols[of]);
    await bars[1]?.value();
    expect(bars.map(({ values }) => values)).to.deep.equal(symbols.map((symbol) => [symbol]));
  });

  it('gives a late reply to nobody, and the next request its own', async () => {
    const server = await fastwsServer();
    const events = eventLog();
    const session$ = gatewayAt(server.url, { events });
    const hold = recorded(session$);
    await hold.value();
    server.hold('echo.response');
    const late = recorded(session$.pipe(request('echo', 'late', { timeout: 30 })));
    const left = recorded(session$.pipe(request('echo', 'left')));
    await until(() => server.kept('echo.response') === 2);
    expect(await late.end).to.include({ kind: 'requestTimeout' });
    left.subscription.unsubscribe();
    const next = recorded(session$.pipe(request('echo', 'next')));
    // Another type has a line of its own.
    expect(await firstValueFrom(session$.pipe(request('orders.place', { symbol: 'AAPL' })))).to.include({ order: 1 });
    await until(() => server.kept('echo.response') === 3);
    server.release('echo.response');
    await next.end;
    expect([late.values, left.values, next.values]).to.deep.equal([[], [], ['next']]);
    expect(events.of('dropped').map(({ reason }) => reason)).to.deep.equal(['unmatchedReply', 'unmatchedReply']);
    expect(server.connections).to.have.length(1);
  });

  it('gives a session up on which a reply never came: nothing that comes could be told apart', async () => {
    const server = await fastwsServer();
    const session$ = gatewayAt(server.url);
    const sessions = recorded(session$);
    await sessions.value();
    server.hold('echo.response');
    const lost = recorded(session$.pipe(request('echo', 'lost', { timeout: 30 })));
    expect(await lost.end).to.include({ kind: 'requestTimeout' });
    await server.connection(1);
    server.release('echo.response', []);
    expect(await firstValueFrom(session$.pipe(request('echo', 'own')))).to.equal('own');
    const [first] = sessions.values;
    expect(first && (await firstValueFrom(first.closed)).error?.kind).to.equal('requestTimeout');
  });

  it('does not take the reply to a send for that to a request', async () => {
    const server = await fastwsServer();
    const events = eventLog();
    const session$ = gatewayAt(server.url, { events });
    const sessions = recorded(session$);
    await sessions.value();
    for (const text of ['one', 'two']) await recorded(session$.pipe(send('echo', text))).end;
    await recorded(session$.pipe(send('orders.note', 'no reply'))).end;
    expect(await firstValueFrom(session$.pipe(request('echo', 'three')))).to.equal('three');
    expect(events.of('dropped')).to.deep.equal([]);
    const none = gatewayAt(server.url, {
      replyType: (command) => (command === 'orders.note' ? undefined : `${command}.response`),
    });
    expect(await recorded(none.pipe(request('orders.note'))).end).to.include({ kind: 'malformedMessage' });
  });

  it('tells of an error reply and of a refusal, which cost nothing else', async () => {
    const server = await fastwsServer();
    const session$ = gatewayAt(server.url);
    const bars = recorded(session$.pipe(topic<number>(template, aapl)));
    const halted = { symbol: 'HALTED', resolution: '1' };
    const refused = (await recorded(session$.pipe(topic(template, halted))).end) as SubscriptionRejectedError;
    const { kind, code, detail, data, retryable } = refused;
    expect({ kind, code, detail, data, retryable }).to.deep.equal({
      kind: 'subscriptionRejected',
      code: 'error',
      detail: 'HALTED is not traded',
      data: { status: 'error', message: 'HALTED is not traded', topic: 'bars:HALTED:1' },
      retryable: false,
    });
    expect(await recorded(session$.pipe(request('orders.place', { symbol: 'HALTED' }))).end).to.include({
      kind: 'requestFailed',
      code: 'error',
      detail: 'HALTED is not traded',
    });
    server.update('bars', 'bars:AAPL:1', 1);
    expect(await bars.value()).to.equal(1);
    expect(bars.ends).to.deep.equal([]);
    expect(server.connections).to.have.length(1);
  });

  it('gives a topic up with its last subscriber, whatever it was asked for by, and asks for it again', async () => {
    const server = await fastwsServer();
    const events = eventLog();
    const session$ = gatewayAt(server.url, { events });
    const sessions = recorded(session$);
    await sessions.value();
    const first = recorded(session$.pipe(topic<number>(template, aapl)));
    const second = recorded(session$.pipe(topic<number>(template, aapl)));
    // To the gateway it is the same.
    const third = recorded(session$.pipe(topic<number>('bars', aapl)));
    await events.event('subscribed', 1);
    first.subscription.unsubscribe();
    second.subscription.unsubscribe();
    await firstValueFrom(session$.pipe(request('echo', 1)));
    expect(server.listeners('bars:AAPL:1')).to.equal(1);
    server.update('bars', 'bars:AAPL:1', 1);
    expect(await third.value()).to.equal(1);
    third.subscription.unsubscribe();
    await firstValueFrom(session$.pipe(request('echo', 2)));
    expect(server.listeners('bars:AAPL:1')).to.equal(0);
    const again = recorded(session$.pipe(topic<number>(template, aapl)));
    await events.event('subscribed', 2);
    server.update('bars', 'bars:AAPL:1', 2);
    expect(await again.value()).to.equal(2);
    expect([first.values, second.values, third.values]).to.deep.equal([[], [], [1]]);
    const { bodies } = await server.connection(0);
    expect(typesOf(bodies)).to.deep.equal([
      ...['bars.subscribe', 'bars.subscribe', 'echo', 'bars.unsubscribe', 'echo', 'bars.subscribe'],
    ]);
    expect(bodies[3]).to.deep.equal({ type: 'bars.unsubscribe', payload: aapl });
    expect(events.of('dropped')).to.deep.equal([]);
  });

  it('takes updates without a name for those of the only topic of their route, and never guesses', async () => {
    const server = await fastwsServer({ routes: { bars: { params: ['symbol', 'resolution'], named: false } } });
    const events = eventLog();
    const session$ = gatewayAt(server.url, { events });
    const one = recorded(session$.pipe(topic<object>(template, aapl)));
    await events.event('subscribed');
    server.update('bars', 'bars:AAPL:1', { close: 150 });
    expect(await one.value()).to.deep.equal({ close: 150 });
    const two = recorded(session$.pipe(topic<object>(template, goog)));
    const heard = recorded(session$.pipe(notifications<object>('bars.update')));
    await events.event('subscribed', 1);
    server.update('bars', 'bars:AAPL:1', { close: 151 });
    expect((await heard.value()).data).to.deep.equal({ close: 151 });
    expect([one.values.length, two.values.length]).to.deep.equal([1, 0]);
    one.subscription.unsubscribe();
    server.update('bars', 'bars:GOOG:5', { close: 7 });
    expect(await two.value()).to.deep.equal({ close: 7 });

    const read = gatewayAt(server.url, {
      readUpdate: (_type, bar) => [`bars:${(bar as { symbol: string }).symbol}:1`, bar],
    });
    const [ours, theirs] = ['AAPL', 'MSFT'].map((symbol) =>
      recorded(read.pipe(topic<object>('bars', { symbol, resolution: '1' }))),
    );
    await until(() => server.listeners('bars:MSFT:1') === 1);
    server.update('bars', 'bars:AAPL:1', { symbol: 'AAPL', close: 1 });
    server.update('bars', 'bars:MSFT:1', { symbol: 'MSFT', close: 2 });
    await theirs?.value();
    expect([ours?.values, theirs?.values]).to.deep.equal([[{ symbol: 'AAPL', close: 1 }], [{ symbol: 'MSFT', close: 2 }]]);
  });

  it('hears what the gateway says unasked under its type', async () => {
    const server = await fastwsServer();
    const session$ = gatewayAt(server.url);
    const alerts = recorded(session$.pipe(notifications<object>('feature_2.alert')));
    await server.connection(0);
    server.tell('feature_2.alert', { message: 'foobar' });
    expect((await alerts.value()).data).to.deep.equal({ message: 'foobar' });
  });

  describe('the heartbeat', () => {
    it('keeps a session alive by asking for a topic once more, where the gateway has no ping', async () => {
      const server = await fastwsServer({ heartbeatInterval: 400 });
      const events = eventLog();
      const session$ = gatewayAt(server.url, { events, beats: { interval: 50, timeout: 50 } });
      const bars = recorded(session$.pipe(topic<number>(template, aapl)));
      const { bodies } = await server.connection(0);
      // That takes longer than the gateway bears with silence.
      await until(() => bodies.length >= 11);
      expect([...new Set(bodies.map((body) => JSON.stringify(body)))]).to.deep.equal([
        JSON.stringify({ type: 'bars.subscribe', payload: aapl }),
      ]);
      server.update('bars', 'bars:AAPL:1', 1);
      expect(await bars.value()).to.equal(1);
      expect(server.connections).to.have.length(1);
      expect(events.of('heartbeat').length).to.be.at.least(5);
      expect(events.of('subscribed')).to.have.length(1);
      expect(events.of('dropped')).to.deep.equal([]);
    });

    it('keeps a session alive by the ping that the gateway has', async () => {
      const server = await fastwsServer({ heartbeatInterval: 400, ping: true });
      const events = eventLog();
      const sessions = recorded(gatewayAt(server.url, { ping: 'ping', events, beats: { interval: 50, timeout: 50 } }));
      await sessions.value();
      const { bodies } = await server.connection(0);
      await until(() => bodies.length >= 11);
      expect(bodies[0]).to.deep.equal({ type: 'ping' });
      expect(events.of('heartbeat').length).to.be.at.least(5);
      expect(server.connections).to.have.length(1);
    });

    it('cannot be that of the WebSocket protocol: such a gateway hangs up, and is connected to anew', async () => {
      const server = await fastwsServer({ heartbeatInterval: 60 });
      const events = eventLog();
      const session$ = gatewayAt(server.url, { events, beats: { mode: 'frame', interval: 10, timeout: 10 } });
      const bars = recorded(session$.pipe(topic<number>(template, aapl)));
      const { end } = await events.event('ended');
      expect([end.code, end.reason]).to.deep.equal([
        1003,
        'Connection timed out. Heartbeat interval 0.1. Max connection lifespan unset',
      ]);
      expect(events.of('heartbeat').length).to.be.at.least(1);
      await events.event('subscribed', 1);
      server.update('bars', 'bars:AAPL:1', 1);
      expect(await bars.value()).to.equal(1);
      expect(bars.ends).to.deep.equal([]);
    });

    it('finds out that the gateway fell silent', async () => {
      const server = await fastwsServer();
      const events = eventLog();
      const session$ = gatewayAt(server.url, { events, beats: { interval: 30, timeout: 40 } });
      const bars = recorded(session$.pipe(topic<number>(template, aapl)));
      await events.event('heartbeat', 1);
      server.silence();
      await server.connection(1);
      expect((await events.event('ended')).end.error?.kind).to.equal('heartbeatTimeout');
      expect(bars.ends).to.deep.equal([]);
    });

    it('gives up no gateway that it cannot ask, since it has neither a ping nor a topic', async () => {
      const server = await fastwsServer();
      const events = eventLog({ messages: true });
      const session$ = gatewayAt(server.url, { events, beats: { interval: 10, timeout: 5 } });
      const sessions = recorded(session$);
      await sessions.value();
      await until(() => events.of('sent').length >= 10);
      expect(await firstValueFrom(session$.pipe(request('echo', 1)))).to.equal(1);
      expect(typesOf((await server.connection(0)).bodies)).to.deep.equal(['echo']);
      expect(server.connections).to.have.length(1);
      expect(events.of('heartbeat')).to.deep.equal([]);
    });

    it('tells the topic that it asks for of a refusal that comes late', async () => {
      const server = await fastwsServer();
      const session$ = gatewayAt(server.url, { beats: { interval: 50, timeout: 50 } });
      const params = { symbol: 'AAPL', resolution: '1' };
      const bars = recorded(session$.pipe(topic<number>('bars', params)));
      await until(() => server.listeners('bars:AAPL:1') === 1);
      server.forbid('AAPL');
      expect(await bars.end).to.include({ kind: 'subscriptionRejected', code: 'error', detail: 'AAPL is not traded' });
    });
  });

  describe('a close with 1003', () => {
    it('is retried where the connection had lasted as long as it may', async () => {
      const server = await fastwsServer({ maxConnectionLifespan: 60 });
      const events = eventLog();
      const bars = recorded(gatewayAt(server.url, { events }).pipe(topic<number>(template, aapl)));
      await events.event('subscribed', 2);
      expect(events.of('ended')[0]?.end.reason).to.equal(
        'Connection timed out. Heartbeat interval unset. Max connection lifespan 0.1',
      );
      expect(bars.ends).to.deep.equal([]);
    });

    for (const [reason, command, data] of [
      ['Could not validate payload', 'orders.place', { size: 7 }],
      ['No matching type', 'orders.plaec', { symbol: 'AAPL' }],
      ['Could not decode message', 'orders.check', {}],
    ] as const)
      it(`is final where its reason is "${reason}"`, async () => {
        const server = await fastwsServer();
        const session$ = gatewayAt(server.url);
        const bars = recorded(session$.pipe(topic<number>(template, aapl)));
        await until(() => server.listeners('bars:AAPL:1') === 1);
        const failed = recorded(session$.pipe(request(command, data)));
        for (const { end } of [failed, bars]) {
          const { kind, code, reason: told, retryable } = (await end) as ConnectionLostError;
          expect([kind, code, told, retryable]).to.deep.equal(['connectionLost', 1003, reason, false]);
        }
        expect(server.connections).to.have.length(1);
      });
  });

  it('runs the snippet of the guide', async () => {
    const server = await fastwsServer();
    const { bars, place } = datafeed(server.url);
    const both = recorded(forkJoin([place('AAPL'), place('GOOG')]).pipe(map((placed) => placed.map(({ order }) => order))));
    const all = recorded(bars('AAPL', '1'));
    await until(() => server.listeners('bars:AAPL:1') === 1);
    server.update('bars', 'bars:AAPL:1', { time: 1, close: 150 });
    expect(await all.value()).to.deep.equal({ time: 1, close: 150 });
    await both.end;
    expect(both.values).to.deep.equal([[1, 2]]);
  });
});
