import { getEventListeners } from 'node:events';
import { expect } from 'chai';
import { createGateway, type Gateway, type GatewayConfig } from 'rxgate';
import { commandNotify } from 'rxgate/protocols';
import { answers, isSubscribe } from '../support/answers.js';
import { cleanUp } from '../support/atTestEnd.js';
import { recorded } from '../support/recorded.js';
import { refuseWith } from '../support/refusals.js';
import { tcpServer } from '../support/tcpServer.js';
import { until } from '../support/until.js';
import { wsServer, type WsServerOptions } from '../support/wsServer.js';

const protocol = commandNotify();

/** What keeps the process alive, in order. Mocha's own timer is in it, before and after. */
const resources = (): readonly string[] => [...process.getActiveResourcesInfo()].sort();

/** The life that a test leads on a gateway. */
type Life = (gateway: Gateway, server: Awaited<ReturnType<typeof wsServer>>) => Promise<unknown>;

const lives: Readonly<Record<string, readonly [Partial<GatewayConfig>, WsServerOptions, Life]>> = {
  'login, topics, requests, a drop, a reconnect and a drain': [
    {},
    {},
    async (gateway, server) => {
      const bars = recorded(gateway.topic('bars', { a: 1 }, { linger: 60_000, replay: 1 }));
      const silent = recorded(gateway.request('silent', 1, { timeout: 60_000 }));
      await recorded(gateway.request('echo', 1)).end;
      (await server.connection(0)).socket.terminate();
      await (await server.connection(1)).body(isSubscribe);
      await silent.end;
      gateway.reconnect();
      await (await server.connection(2)).body(isSubscribe);
      bars.subscription.unsubscribe();
      await gateway.close({ deadline: 60_000 });
    },
  ],
  'unsubscribing of all': [
    {},
    {},
    async (gateway, server) => {
      const held = [recorded(gateway.topic('a')), recorded(gateway.request('silent')), recorded(gateway.session)];
      const connection = await server.connection(0);
      await connection.body(({ command }) => command === 'silent');
      for (const { subscription } of held) subscription.unsubscribe();
      await connection.closed;
    },
  ],
  'a final refusal': [
    {},
    { onConnection: ({ socket }) => socket.close(4403) },
    (gateway) =>
      Promise.all(
        [recorded(gateway.session), recorded(gateway.topic('a')), recorded(gateway.request('b'))].map(({ end }) => end),
      ),
  ],
  'leaving a wait for the next attempt': [
    {},
    { refuse: (_index, stream) => refuseWith(stream, 503, { 'Retry-After': '60' }) },
    async (gateway) => {
      const held = [recorded(gateway.topic('a')), recorded(gateway.request('b'))];
      await recorded(gateway.states).value(({ status }) => status === 'reconnecting');
      for (const { subscription } of held) subscription.unsubscribe();
    },
  ],
  'a heartbeat that was missed': [
    { heartbeat: { interval: 10, timeout: 10 }, retry: false },
    { onBody: (body, connection) => body.type !== 'ping' && answers(body, connection) },
    (gateway) => recorded(gateway.session).end,
  ],
  'a signal that aborts': [
    {},
    {},
    async (gateway, server) => {
      const abort = new AbortController();
      const asked = recorded(gateway.request('silent', 1, { signal: abort.signal }));
      const connection = await server.connection(0);
      await connection.body(({ command }) => command === 'silent');
      abort.abort();
      await asked.end;
      await connection.closed;
      expect(getEventListeners(abort.signal, 'abort')).to.deep.equal([]);
    },
  ],
};

describe('resources', () => {
  afterEach(cleanUp);

  for (const [title, [config, options, live]] of Object.entries(lives))
    it(`no timer, socket or listener is left after ${title}`, async () => {
      const server = await wsServer({ onBody: answers, ...options });
      const before = resources();
      const abort = new AbortController();
      const gateway = createGateway({
        ...{ url: server.url, protocol, signal: abort.signal, closeTimeout: 60_000 },
        authenticate: (session) => session.request('login'),
        retry: { initialDelay: 5, maxDelay: 5 },
        ...config,
      });

      await live(gateway, server);
      await gateway.close();

      // The ends of sockets come with the next rounds of I/O; a timer that was left would be a minute's.
      await until(() => server.live === 0 && resources().length <= before.length);
      expect(resources()).to.deep.equal(before);
      expect(getEventListeners(abort.signal, 'abort')).to.deep.equal([]);
    });

  it('no timer or socket is left of an attempt that timed out', async () => {
    const server = await tcpServer();
    const before = resources();
    const gateway = createGateway({ url: server.url, protocol, connectTimeout: 20, retry: false });

    expect(await recorded(gateway.session).end).to.include({ kind: 'connectTimeout' });

    await (await server.connection(0)).closed;
    await until(() => resources().length <= before.length);
    expect(resources()).to.deep.equal(before);
  });

  it('a settled request leaves no listener on its signal', async () => {
    const server = await wsServer({ onBody: answers });
    const gateway = createGateway({ url: server.url, protocol });
    const sessions = recorded(gateway.session);
    const { signal } = new AbortController();

    for (let count = 0; count < 20; count++) await recorded(gateway.request('echo', count, { signal })).end;
    await recorded(gateway.send('note', 1, { signal })).end;

    expect(getEventListeners(signal, 'abort')).to.deep.equal([]);
    sessions.subscription.unsubscribe();
  });
});
