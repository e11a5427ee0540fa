import { expect } from 'chai';
import { type Observable, throwError } from 'rxjs';
import {
  type AnySession,
  authenticate,
  AuthenticationError,
  type ConnectConfig,
  connect,
  GatewayError,
  type GatewayErrorKind,
  heartbeat,
  retryBackoff,
  type Session,
  shareSession,
  topic,
  type Untyped,
} from 'rxgate';
import { commandNotify, type Greeting } from 'rxgate/protocols';
import { answers, isSubscribe } from '../support/answers.js';
import { cleanUp } from '../support/atTestEnd.js';
import { eventLog } from '../support/eventLog.js';
import { greetingWith } from '../support/greetingWith.js';
import { acceptUpgrade, closeFrame } from '../support/handshake.js';
import { recorded } from '../support/recorded.js';
import { refuseWith } from '../support/refusals.js';
import { tcpServer } from '../support/tcpServer.js';
import { wsServer, type WsServerOptions } from '../support/wsServer.js';

const protocol = commandNotify();
const fast = { initialDelay: 5, maxDelay: 10 };
const refused: Greeting = {
  open: () => ['hello'],
  accept: () => ({ refused: new AuthenticationError('The gateway does not know you') }),
};

type Fail = () => Promise<Observable<unknown>>;
const connected = (url: ConnectConfig['url'], config: Partial<ConnectConfig<Untyped>> = {}) =>
  connect({ url, protocol, ...config });
const onServer = async (options: WsServerOptions, config: Partial<ConnectConfig<Untyped>> = {}) =>
  connected((await wsServer(options)).url, config);
const onTcp = async (
  act: Parameters<typeof tcpServer>[0],
  config: Partial<ConnectConfig<Untyped>> = {},
  options: Parameters<typeof tcpServer>[1] = {},
) => connected((await tcpServer(act, options)).url, config);
/** Every way in which a connection fails, and what is told of it beside the kind. */
const failures: Readonly<Record<string, readonly [GatewayErrorKind, Readonly<Record<string, unknown>>, Fail]>> = {
  'a provider rejects': [
    'connectFailed',
    { reason: 'provider', retryable: true },
    async () => connected(() => Promise.reject(new Error('no token'))),
  ],
  'a provider gives what is no url': [
    'connectFailed',
    { reason: 'provider', retryable: true },
    async () => connected(() => 'nowhere'),
  ],
  'the connection is refused': [
    'connectFailed',
    { reason: 'network', retryable: true },
    async () => connected('ws://127.0.0.1:1'),
  ],
  'the name is unknown': [
    'connectFailed',
    { reason: 'network', retryable: true },
    async () =>
      connected('ws://gw.invalid', {
        socketOptions: {
          lookup: (_host: string, _options: unknown, done: (error: Error) => void) =>
            done(Object.assign(new Error('getaddrinfo ENOTFOUND gw.invalid'), { code: 'ENOTFOUND' })),
        },
      }),
  ],
  'the factory throws': [
    'connectFailed',
    { reason: 'network', retryable: true },
    async () =>
      connected('ws://127.0.0.1:1', {
        webSocketFactory: () => {
          throw new SyntaxError('no such protocol');
        },
      }),
  ],
  'the upgrade is answered with 401': [
    'handshakeRejected',
    { status: 401, retryable: false },
    () => onServer({ refuse: (_index, stream) => refuseWith(stream, 401) }),
  ],
  'the upgrade is answered with 503': [
    'handshakeRejected',
    { status: 503, retryable: true },
    () => onServer({ refuse: (_index, stream) => refuseWith(stream, 503) }),
  ],
  'the upgrade is answered with garbage': [
    'connectFailed',
    { reason: 'network', retryable: true },
    () => onTcp(({ socket }) => socket.end('SSH-2.0-OpenSSH_9.2\r\n')),
  ],
  'the upgrade is answered with a wrong key': [
    'connectFailed',
    { reason: 'network', retryable: true },
    () => onTcp(({ socket }) => socket.end(acceptUpgrade('sec-websocket-key: x\r\n'))),
  ],
  'the upgrade is answered with a reset': [
    'connectFailed',
    { reason: 'network', retryable: true },
    () => onTcp(({ socket }) => socket.resetAndDestroy()),
  ],
  'the upgrade is never answered': [
    'connectTimeout',
    { timeout: 30, retryable: true },
    () => onTcp(() => undefined, { connectTimeout: 30 }),
  ],
  'the greeting is refused': [
    'authentication',
    { retryable: false },
    () => onServer({ onBody: answersToHello }, { protocol: greetingWith(refused) }),
  ],
  'the greeting throws': [
    'connectFailed',
    { reason: 'network' },
    () =>
      onServer(
        { onBody: answersToHello },
        {
          protocol: greetingWith({
            open: () => ['hello'],
            accept: () => {
              throw new Error('what?');
            },
          }),
        },
      ),
  ],
  'the greeting cannot be begun': [
    'connectFailed',
    { reason: 'network' },
    () =>
      onServer(
        {},
        {
          protocol: greetingWith({
            open: (): readonly string[] => {
              throw new Error('no credentials');
            },
            accept: () => 'wait',
          }),
        },
      ),
  ],
  'the server closes during the greeting': [
    'connectionLost',
    { code: 4403, reason: 'not you', wasClean: true, retryable: false },
    () => onServer({ onBody: (_body, { socket }) => socket.close(4403, 'not you') }, { protocol: greetingWith(refused) }),
  ],
  'the server closes': [
    'connectionLost',
    { code: 1001, reason: 'bye', wasClean: true, retryable: true },
    () => onServer({ onConnection: ({ socket }) => socket.close(1001, 'bye') }),
  ],
  'the server vanishes': [
    'connectionLost',
    { code: 1006, reason: '', wasClean: false, retryable: true },
    () => onServer({ onConnection: ({ socket }) => socket.terminate() }),
  ],
  'the line is reset': [
    'connectionLost',
    { code: 1006, wasClean: false, retryable: true },
    () =>
      onTcp(({ socket }, request) => {
        socket.write(acceptUpgrade(request), () => setImmediate(() => socket.resetAndDestroy()));
      }),
  ],
  'the server breaks the WebSocket protocol': [
    'connectionLost',
    { code: 1006, retryable: true },
    () =>
      onTcp(({ socket }, request) =>
        socket.write(Buffer.concat([Buffer.from(acceptUpgrade(request)), Buffer.from([0xff, 0x00])])),
      ),
  ],
  'a frame is longer than maxPayload': [
    'connectionLost',
    { retryable: true },
    () => onServer({ onConnection: (connection) => connection.send('x'.repeat(20)) }, { socketOptions: { maxPayload: 10 } }),
  ],
  'the server closes by frame and holds the line': [
    'connectionLost',
    { code: 1013, retryable: true, retryAfter: 5 },
    () =>
      onTcp(
        ({ socket }, request) =>
          void socket.write(Buffer.concat([Buffer.from(acceptUpgrade(request)), closeFrame(1013, '{"retryAfter":5}')])),
        {
          closeTimeout: 50,
        },
        { holdsTheLine: true },
      ),
  ],
  'no sign of life comes': [
    'heartbeatTimeout',
    { timeout: 20, retryable: true },
    async () => (await onServer({})).pipe(heartbeat({ interval: 20, timeout: 20 })),
  ],
  'the login is refused': [
    'authentication',
    { retryable: false },
    async () =>
      (await onServer({ onBody: ({ id }, connection) => connection.send({ type: 'ERROR', id, code: 'DENIED' }) })).pipe(
        authenticate((session) => session.request('login')),
      ),
  ],
  'the login is not answered': [
    'authentication',
    { retryable: true },
    async () => (await onServer({})).pipe(authenticate((session) => session.request('login'), { timeout: 20 })),
  ],
  'the handshake throws': [
    'authentication',
    { retryable: true },
    async () =>
      (await onServer({})).pipe(
        authenticate((): Observable<unknown> => {
          throw new Error('no token store');
        }),
      ),
  ],
  'the refresh fails': [
    'connectFailed',
    { reason: 'provider', retryable: true },
    async () =>
      (await onServer({ onBody: (_body, { socket }) => socket.close(4401) })).pipe(
        authenticate((session) => session.request('login'), { refresh: () => throwError(() => new Error('no')) }),
        retryBackoff({ ...fast, maxAttempts: 2 }),
      ),
  ],
};

function answersToHello(_body: unknown, connection: { send(body: unknown): void }): void {
  connection.send({ type: 'welcome' });
}

describe('failures', () => {
  afterEach(cleanUp);

  for (const [title, [kind, fields, fail]] of Object.entries(failures))
    it(`P5: when ${title}, the stream errors once with a GatewayError of kind ${kind}`, async () => {
      const { end, ends, values } = recorded(await fail());

      const error = await end;

      expect(error).to.be.instanceOf(Error).and.instanceOf(GatewayError);
      expect(error).to.include({ kind, ...fields });
      const { name, message, stack, retryable } = error as GatewayError;
      expect(stack).to.include(name);
      expect(JSON.parse(JSON.stringify(error))).to.include({ kind, name, message, retryable, ...fields });
      expect(message.length).to.be.above(15);
      expect(message).to.not.include('[object');
      expect(ends).to.have.length(1);
      for (const session of values as readonly AnySession[]) expect(session.open).to.equal(false);
    });

  it('P5: the cause of a failed attempt keeps the original', async () => {
    const original = new Error('no token');
    const provider = await recorded(connected(() => Promise.reject(original))).end;
    const network = await recorded(connected('ws://127.0.0.1:1')).end;

    expect(provider).to.have.property('cause', original);
    expect(network).to.have.property('cause').instanceOf(Error).with.property('code', 'ECONNREFUSED');
    expect((network as Error).message).to.equal('Could not connect to ws://127.0.0.1:1/: ECONNREFUSED');
  });

  it('P5: on a lost session, what was under way fails with the same family', async () => {
    const server = await wsServer({ onBody: answers });
    const sessions = recorded(connect({ url: server.url, protocol, confirmTimeout: 30 }));
    const session: Session = await sessions.value();
    const asked = recorded(session.request('silent'));
    const timed = recorded(session.request('silent', 1, { timeout: 10 }));
    expect(await timed.end).to.include({ kind: 'requestTimeout', command: 'silent', timeout: 10 });

    (await server.connection(0)).socket.terminate();

    expect(await asked.end)
      .to.be.instanceOf(GatewayError)
      .and.include({ kind: 'connectionLost', code: 1006 });
    expect(await recorded(session.request('late')).end).to.include({ kind: 'connectionLost' });
    expect(() => session.send('late'))
      .to.throw(GatewayError)
      .with.property('kind', 'connectionLost');
  });

  it('P5: a refused topic is of the same family', async () => {
    const server = await wsServer({
      onBody: (body, connection) =>
        isSubscribe(body) && connection.send({ type: 'NACK', id: body.id, code: 'NO', error: 'not for you' }),
    });
    const bars = recorded(connect({ url: server.url, protocol }).pipe(topic('bars')));

    expect(await bars.end).to.be.instanceOf(GatewayError);
    expect(bars.ends[0]).to.include({ kind: 'subscriptionRejected', topic: 'bars', code: 'NO' });
  });

  describe('a line in trouble is replaced', () => {
    const troubles: Readonly<Record<string, Parameters<typeof tcpServer>[0]>> = {
      'that resets before it answers': ({ socket }) => socket.resetAndDestroy(),
      'that resets after the upgrade': ({ socket }, request) => {
        socket.write(acceptUpgrade(request), () => socket.resetAndDestroy());
      },
      'that answers garbage': ({ socket }) => socket.end('\x00\x01garbage\r\n\r\n'),
      'that answers garbage after the upgrade': ({ socket }, request) => {
        socket.write(acceptUpgrade(request));
        socket.write('HTTP/1.1 500 Oops\r\n\r\n');
      },
      'that never answers': () => undefined,
    };
    for (const [title, trouble] of Object.entries(troubles))
      it(`a server ${title} costs an attempt, and a topic is served by the next`, async () => {
        const bad = await tcpServer(trouble);
        const good = await wsServer({ onBody: answers });
        const urls = [bad.url, bad.url];
        const events = eventLog();
        const config = { url: () => urls.shift() ?? good.url, protocol, connectTimeout: 100, closeTimeout: 100, events };
        const bars = recorded(connect(config).pipe(retryBackoff({ ...fast, events }), shareSession({ events }), topic('bars')));
        const connection = await good.connection(0);
        await connection.body(isSubscribe);
        connection.send({ type: 'NOTIFY', topic: 'bars', data: 1 });

        expect(await bars.value()).to.equal(1);
        expect(bad.connections).to.have.length(2);
        expect(events.of('retrying').map(({ attempt }) => attempt)).to.deep.equal([2, 3]);
        expect(bars.ends).to.deep.equal([]);
        bars.subscription.unsubscribe();
      });
  });
});
