import { expect } from 'chai';
import { merge, NEVER, of, Subject, throwError } from 'rxjs';
import {
  AuthenticationError,
  createGateway,
  type Gateway,
  type GatewayConfig,
  GatewayError,
  type GatewayEvent,
  logTo,
} from 'rxgate';
import type { Greeting } from 'rxgate/protocols';
import { answers, isCommand } from '../support/answers.js';
import { cleanUp } from '../support/atTestEnd.js';
import { greetingWith } from '../support/greetingWith.js';
import { type Recorded, recorded } from '../support/recorded.js';
import { refuseWith } from '../support/refusals.js';
import { tcpServer } from '../support/tcpServer.js';
import { type Body, type ServedConnection, wsServer, type WsServerOptions } from '../support/wsServer.js';

const canary = 'canary-7f3a91';
/** The canary as a header may carry it. */
const disguises = [canary, 'Y2FuYXJ5LTdmM2E5M', 'canary%2D7f3a91'];

/** A protocol whose greeting sends the credentials first. */
const greeting: Greeting = {
  open: (credentials) => [JSON.stringify({ command: 'hello', data: credentials })],
  accept: (message) => {
    if (message.kind === 'failure') return { refused: new AuthenticationError('The greeting was refused', { cause: message }) };
    return message.kind === 'other' ? { opened: 'welcome' } : 'wait';
  },
};
const protocol = greetingWith(greeting);

/** Grants all that a client asks for. */
const granting = (body: Body, connection: ServedConnection): void => {
  if (body.command === 'hello') connection.send({ type: 'WELCOME' });
  else answers(body, connection);
};

/** Writes down whatever the library gives to anybody who could print it. */
function ears() {
  const texts: string[] = [];
  const events = new Subject<GatewayEvent>();
  const types = new Set<string>();
  const line = (...parts: unknown[]) =>
    void texts.push(parts.map((part) => (typeof part === 'string' ? part : JSON.stringify(part))).join(' '));
  const logger = { debug: line, info: line, warn: line, error: line };
  events.subscribe((event) => {
    types.add(event.type);
    line(event);
    if ('cause' in event) error(event.cause);
    if ('error' in event) error(event.error);
  });
  events.subscribe(logTo(logger, { messages: true }));
  events.subscribe(logTo({ ...logger, child: () => logger, bindings: () => ({}) } as typeof logger, { messages: true }));
  function error(problem: unknown): void {
    line(problem);
    // A hook's error is the application's own, and only passed on.
    if (problem instanceof GatewayError) texts.push(String(problem), problem.message, problem.stack ?? '');
  }
  return { events, types, texts, line, error };
}

interface Scenario {
  readonly server?: WsServerOptions;
  readonly config?: Partial<GatewayConfig>;
  /** What the application does; it is over when this resolves. */
  readonly act: (gateway: Gateway, ends: Recorded<unknown>, first: () => Promise<ServedConnection>) => Promise<unknown>;
  /** Events that must have been, or the scenario shows nothing. */
  readonly expects: readonly GatewayEvent['type'][];
}

const ended: Scenario['act'] = (_gateway, { end }) => end;
const leaky = () => new Error(`fetch https://tokens.example/?token=${canary} failed`);

const scenarios: Readonly<Record<string, Scenario>> = {
  'all goes well': {
    act: async (gateway) => {
      await recorded(gateway.request('echo', 1)).end;
      await gateway.close();
    },
    expects: ['connecting', 'opened', 'ready', 'sent', 'received', 'closing', 'closed', 'released'],
  },
  'the server chooses the subprotocol that carries the token': {
    server: { handleProtocols: (offered) => [...offered].find((name) => name.includes(canary)) ?? false },
    act: async (gateway) => {
      await recorded(gateway.request('echo', 1)).end;
      await gateway.close();
    },
    expects: ['opened', 'ready', 'closed'],
  },
  ...Object.fromEntries(
    [401, 403, 404].map((status): [string, Scenario] => [
      `the upgrade is refused with ${status}`,
      { server: { refuse: (_index, stream) => refuseWith(stream, status) }, act: ended, expects: ['ended', 'gaveUp'] },
    ]),
  ),
  'the upgrade is refused with 503': {
    server: { refuse: (_index, stream) => refuseWith(stream, 503) },
    act: ended,
    expects: ['ended', 'retrying', 'gaveUp'],
  },
  'the connection is refused': {
    config: { url: `ws://${canary}:${canary}@127.0.0.1:1/ws?token=${canary}` },
    act: ended,
    expects: ['ended', 'retrying', 'gaveUp'],
  },
  'a provider fails with the url of its token service': {
    config: { url: () => throwError(leaky) },
    act: ended,
    expects: ['ended', 'retrying', 'gaveUp'],
  },
  'a provider gives a url that cannot be used': {
    config: { url: () => `https://gw.example/?token=${canary}` },
    act: ended,
    expects: ['ended', 'retrying', 'gaveUp'],
  },
  'the url has a port that cannot be': {
    config: { url: () => of(`ws://gw.example:99999/?token=${canary}`) },
    act: ended,
    expects: ['ended', 'retrying', 'gaveUp'],
  },
  'a header cannot be sent': {
    config: { headers: () => ({ authorization: `Bearer ${canary}\n` }) },
    act: ended,
    expects: ['ended', 'retrying', 'gaveUp'],
  },
  'a subprotocol cannot be offered': {
    config: { protocols: () => ['v1', `${canary} with a space`] },
    act: ended,
    expects: ['ended', 'retrying', 'gaveUp'],
  },
  'the greeting is refused': {
    server: {
      onBody: (body, connection) =>
        connection.send({ type: 'ERROR', id: '0', code: 'NO', error: `unknown ${JSON.stringify(body)}` }),
    },
    act: ended,
    expects: ['ended', 'gaveUp'],
  },
  'the login is refused, and quoted': {
    server: {
      onBody: (body, connection) => {
        if (body.command === 'login')
          connection.send({ type: 'ERROR', id: body.id, code: 'DENIED', error: `no ${body.data.token}`, data: body });
        else granting(body, connection);
      },
    },
    act: ended,
    expects: ['opened', 'ended', 'gaveUp'],
  },
  'the login is not answered': {
    server: { onBody: (body, connection) => body.command !== 'login' && granting(body, connection) },
    act: ended,
    expects: ['opened', 'ended', 'retrying', 'gaveUp'],
  },
  'the credential is refused, and its refresh fails': {
    server: {
      onBody: (body, connection) => {
        if (body.command === 'login') connection.socket.close(4401);
        else granting(body, connection);
      },
    },
    config: {
      authenticate: {
        handshake: (session) => session.request('login', { token: canary }),
        refresh: () => throwError(leaky),
      },
    },
    act: ended,
    expects: ['opened', 'ended', 'retrying', 'refreshing', 'gaveUp'],
  },
  'the line drops': {
    act: async (gateway, ends, first) => {
      await recorded(gateway.request('echo', 1)).end;
      (await first()).socket.terminate();
      await ends.value((session) => (session as { id: number }).id === 2);
      await gateway.close();
    },
    expects: ['opened', 'ready', 'ended', 'retrying', 'closed'],
  },
  'the line goes silent': {
    config: { heartbeat: { interval: 20, timeout: 20, random: () => 0 } },
    server: { onBody: (body, connection) => body.type !== 'ping' && granting(body, connection) },
    act: ended,
    expects: ['opened', 'ready', 'ended', 'retrying', 'gaveUp'],
  },
  'bad frames quote the login': {
    act: async (gateway, _ends, first) => {
      await recorded(gateway.request('echo', 1)).end;
      const connection = await first();
      connection.send(`{"token":"${canary}"`);
      connection.send(canary);
      connection.send({ type: 'RESPONSE', id: { token: canary }, data: canary });
      connection.send({ type: 'NOTIFY', topic: [canary] });
      connection.send({ type: canary.length, data: canary });
      await recorded(gateway.request('echo', 2)).end;
      await gateway.close();
    },
    expects: ['malformed', 'closed'],
  },
  'data with a token cannot be encoded': {
    act: async (gateway) => {
      const toJSON = () => {
        throw leaky();
      };
      for (const data of [
        { token: canary, n: 1n },
        { token: canary, toJSON },
      ]) {
        const { end } = recorded(gateway.request('login', data));
        await end;
      }
      await gateway.close();
    },
    expects: ['ready', 'closed'],
  },
  'a hook of the application throws': {
    config: {
      closeCodes: () => {
        throw leaky();
      },
      retry: { initialDelay: 5, maxDelay: 5, maxAttempts: 2, wake: merge(throwError(leaky), NEVER) },
    },
    server: { onConnection: ({ socket }) => socket.terminate() },
    act: ended,
    expects: ['hookFailed', 'gaveUp'],
  },
};

describe('credentials', () => {
  afterEach(cleanUp);

  for (const [title, { server: options, config, act, expects }] of Object.entries(scenarios))
    it(`appear in no error, event or log line when ${title}`, async () => {
      const server = await wsServer({ onBody: granting, handleProtocols: () => 'v1', ...options });
      const { events, types, texts, line, error } = ears();
      const gateway = createGateway({
        url: `ws://${canary}:${canary}@127.0.0.1:${server.port}/ws?token=${canary}`,
        protocol,
        protocols: ['v1', `token.${canary}`],
        headers: { authorization: `Bearer ${canary}`, cookie: `session=${canary}` },
        credentials: { token: canary },
        authenticate: { handshake: (session) => session.request('login', { token: canary }), timeout: 60 },
        heartbeat: false,
        retry: { initialDelay: 5, maxDelay: 5, maxAttempts: 2 },
        ...config,
        events,
      });
      gateway.states.subscribe((state) => {
        line(state);
        if ('cause' in state) error(state.cause);
      });
      const request = recorded(gateway.request('orders', { token: canary }));
      const ends = recorded(gateway.session);

      await act(gateway, ends, () => server.connection(0));

      for (const problem of [...ends.ends, ...request.ends]) error(problem);
      expect([...types]).to.include.members([...expects]);
      expect(texts.filter((text) => disguises.some((disguise) => text.includes(disguise)))).to.deep.equal([]);
    });

  it('reach the server, so that the specs above look for the right thing', async () => {
    const server = await wsServer({ onBody: granting, handleProtocols: () => 'v1' });
    const gateway = createGateway({
      ...{ url: `ws://${canary}:p@127.0.0.1:${server.port}/ws?token=${canary}`, protocol, heartbeat: false },
      ...{ protocols: ['v1', canary], headers: { 'x-key': canary }, credentials: canary },
      authenticate: (session) => session.request('login', canary),
    });
    await recorded(gateway.request('echo')).end;

    const { request, bodies } = await server.connection(0);
    expect(request.url).to.equal(`/ws?token=${canary}`);
    expect(request.headers).to.include({ 'x-key': canary, 'sec-websocket-protocol': `v1,${canary}` });
    expect(request.headers.authorization).to.equal(`Basic ${Buffer.from(`${canary}:p`).toString('base64')}`);
    expect(bodies.map(({ command, data }) => [command, data])).to.deep.include.members([
      ['hello', canary],
      ['login', canary],
    ]);
    expect(disguises.some((disguise) => request.headers.authorization?.includes(disguise))).to.equal(true);
    expect(bodies.some(isCommand('login'))).to.equal(true);
  });

  it('are not quoted when the upgrade is answered with garbage that quotes them', async () => {
    const server = await tcpServer(({ socket }, request) => socket.end(request));
    const { events, texts, error } = ears();
    const gateway = createGateway({ url: `${server.url}/?token=${canary}`, protocol, retry: false, events });

    error(await recorded(gateway.session).end);

    expect(texts.length).to.be.above(3);
    expect(texts.filter((text) => text.includes(canary))).to.deep.equal([]);
  });
});
