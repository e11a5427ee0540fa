import { expect } from 'chai';
import { retry, tap } from 'rxjs';
import { connect, createGateway, createGateways, type GatewayConfig, retryBackoff, shareSession, topic } from 'rxgate';
import { commandNotify } from 'rxgate/protocols';
import sinon from 'sinon';
import { answers, isSubscribe } from '../support/answers.js';
import { atTestEnd, cleanUp } from '../support/atTestEnd.js';
import { recorded } from '../support/recorded.js';
import { drop } from '../support/refusals.js';
import { wsServer } from '../support/wsServer.js';

const fast = { initialDelay: 5, maxDelay: 10 };
const protocol = commandNotify();
const gatewayOn = (url: string, config: Partial<GatewayConfig> = {}) =>
  createGateway({ url, protocol, heartbeat: false, retry: fast, ...config });

describe('sharing one connection', () => {
  afterEach(cleanUp);

  it('P29: fifty topics make as many attempts as one while the server is down', async () => {
    const attemptsWith = async (topics: number): Promise<number> => {
      const server = await wsServer({ onBody: answers, refuse: (index, stream) => index < 6 && drop(stream) });
      const gateway = gatewayOn(server.url);
      const all = Array.from({ length: topics }, (_, index) => recorded(gateway.topic(`t${index}`)));

      const connection = await server.connection(0);
      await connection.body(({ topic: name }) => name === `t${topics - 1}`);
      for (const { subscription } of all) subscription.unsubscribe();
      await connection.closed;

      expect(all.flatMap(({ ends }) => ends)).to.deep.equal([]);
      expect(connection.bodies.filter(isSubscribe)).to.have.length(topics);
      return server.upgrades;
    };

    expect(await attemptsWith(1)).to.equal(7);
    expect(await attemptsWith(50)).to.equal(7);
  });

  it('P30: two consumers of one gateway use one connection, and it goes with the last', async () => {
    const server = await wsServer({ onBody: answers });
    const gateway = gatewayOn(server.url);
    const one = recorded(gateway.topic('a'));
    const two = recorded(gateway.request('echo', 2));
    await two.end;
    const connection = await server.connection(0);
    await connection.body(isSubscribe);

    expect(server.upgrades).to.equal(1);
    expect(server.live).to.equal(1);
    one.subscription.unsubscribe();
    expect(await connection.closed).to.deep.equal({ code: 1000, reason: '' });
  });

  it('P30: a registry gives one connection per key, and another for another login', async () => {
    const server = await wsServer({ onBody: answers });
    const gateways = createGateways();
    const prices = (user: string) =>
      gateways.get(`prices ${user}`, () => ({
        ...{ url: server.url, protocol, heartbeat: false, headers: { user } },
      }));

    const replies = [prices('ann'), prices('ann'), prices('bob')].map((gateway) => recorded(gateway.topic('a')));
    await Promise.all([0, 1].map(async (index) => (await server.connection(index)).body(isSubscribe)));

    expect(server.connections.map(({ request }) => request.headers.user)).to.deep.equal(['ann', 'bob']);
    expect(prices('ann')).to.equal(prices('ann'));
    await gateways.close();
    expect(await Promise.all(server.connections.map(({ closed }) => closed))).to.deep.equal([
      { code: 1000, reason: '' },
      { code: 1000, reason: '' },
    ]);
    expect(replies.map(({ ends }) => ends)).to.deep.equal([['complete'], ['complete'], ['complete']]);
    expect(server.upgrades).to.equal(2);
  });

  it('P31: who comes back within linger finds the connection, and nothing was unsubscribed', async () => {
    const clock = sinon.useFakeTimers({
      shouldClearNativeTimers: true,
      toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'],
    });
    atTestEnd(() => clock.restore());
    const server = await wsServer({ onBody: answers });
    const gateway = gatewayOn(server.url, { linger: 5_000 });
    const hop = async () => {
      const bars = recorded(gateway.topic('bars', undefined, { linger: 5_000 }));
      const connection = await server.connection(0);
      await connection.body(isSubscribe);
      connection.send({ type: 'NOTIFY', topic: 'bars', data: 1 });
      await bars.value();
      await clock.tickAsync(10_000);
      bars.subscription.unsubscribe();
      await clock.tickAsync(4_999);
    };

    for (let hops = 0; hops < 6; hops++) await hop();

    expect(server.upgrades).to.equal(1);
    expect(server.live).to.equal(1);
    expect((await server.connection(0)).bodies.map(({ type }) => type)).to.deep.equal(['SUBSCRIBE']);
    await gateway.close();
  });

  it('P31: each comer ends the linger that the last leaver began', async () => {
    const clock = sinon.useFakeTimers({
      shouldClearNativeTimers: true,
      toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'],
    });
    atTestEnd(() => clock.restore());
    const server = await wsServer({ onBody: answers });
    const gateway = gatewayOn(server.url, { linger: 5_000 });

    for (let hops = 0; hops < 3; hops++) {
      const sessions = recorded(gateway.session);
      expect((await sessions.value()).id).to.equal(1);
      await clock.tickAsync(60_000);
      expect(sessions.values[0]?.open).to.equal(true);
      sessions.subscription.unsubscribe();
      await clock.tickAsync(4_999);
    }

    expect(server.upgrades).to.equal(1);
    await clock.tickAsync(1);
    expect((await (await server.connection(0)).closed).code).to.equal(1000);
  });

  it('P31: after linger the connection is closed with 1000, and not before', async () => {
    const server = await wsServer({ onBody: answers });
    const gateway = gatewayOn(server.url, { linger: 60 });
    const sessions = recorded(gateway.session);
    await sessions.value();
    const connection = await server.connection(0);
    const left = Date.now();

    sessions.subscription.unsubscribe();

    expect(await connection.closed).to.deep.equal({ code: 1000, reason: '' });
    expect(Date.now() - left).to.be.at.least(59);
    await recorded(gateway.session).value();
    expect(server.upgrades).to.equal(2);
    await gateway.close();
  });

  it('P31: without linger each comer after the last leaver opens a new connection', async () => {
    const server = await wsServer({ onBody: answers });
    const gateway = gatewayOn(server.url);
    for (const index of [0, 1]) {
      const sessions = recorded(gateway.session);
      await sessions.value();
      sessions.subscription.unsubscribe();
      expect((await (await server.connection(index)).closed).code).to.equal(1000);
    }
    expect(server.upgrades).to.equal(2);
  });

  const streams = {
    'right out of shareSession': (url: string) => connect({ url, protocol }).pipe(retryBackoff(fast), shareSession()),
    'after a further operator': (url: string) =>
      connect({ url, protocol }).pipe(
        retryBackoff(fast),
        shareSession(),
        tap(() => undefined),
      ),
  };
  for (const [title, streamOn] of Object.entries(streams))
    it(`the unsubscribe of the last subscriber reaches the server before the close (${title})`, async () => {
      const server = await wsServer({ onBody: answers });
      const bars = recorded(streamOn(server.url).pipe(topic('bars')));
      const connection = await server.connection(0);
      await connection.body(isSubscribe);
      connection.send({ type: 'NOTIFY', topic: 'bars', data: 1 });
      await bars.value();

      bars.subscription.unsubscribe();

      expect((await connection.closed).code).to.equal(1000);
      expect(connection.bodies.map(({ type }) => type)).to.deep.equal(['SUBSCRIBE', 'UNSUBSCRIBE']);
    });

  it('a refused topic that is tried again at once stays on its connection', async () => {
    let asked = 0;
    const server = await wsServer({
      onBody: (body, connection) => {
        if (isSubscribe(body) && ++asked < 3) connection.send({ type: 'NACK', id: body.id, code: 'NOT_YET' });
        else answers(body, connection);
      },
    });
    const gateway = gatewayOn(server.url);
    const bars = recorded(gateway.topic('bars').pipe(retry()));
    const connection = await server.connection(0);
    await connection.body(({ id }) => id === '3');
    connection.send({ type: 'NOTIFY', topic: 'bars', data: 1 });

    await bars.value();

    expect(server.upgrades).to.equal(1);
    await gateway.close();
    expect(bars.ends).to.deep.equal(['complete']);
  });
});
