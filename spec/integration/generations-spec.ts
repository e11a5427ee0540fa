import { expect } from 'chai';
import { firstValueFrom } from 'rxjs';
import sinon from 'sinon';
import {
  type ConnectConfig,
  connect,
  createGateway,
  type GatewayConfig,
  MalformedMessageError,
  retryBackoff,
  type Session,
  shareSession,
  topic,
  type Untyped,
} from 'rxgate';
import { commandNotify, type Greeting } from 'rxgate/protocols';
import { answers, isCommand, isSubscribe } from '../support/answers.js';
import { cleanUp } from '../support/atTestEnd.js';
import { eventLog } from '../support/eventLog.js';
import { type FakeSocket, fakeSocket } from '../support/fakeSocket.js';
import { greetingWith } from '../support/greetingWith.js';
import { acceptUpgrade, closeFrame } from '../support/handshake.js';
import { recorded } from '../support/recorded.js';
import { drop } from '../support/refusals.js';
import { tcpServer } from '../support/tcpServer.js';
import { until } from '../support/until.js';
import { wsServer } from '../support/wsServer.js';

const fast = { initialDelay: 5, maxDelay: 10 };
const protocol = commandNotify();
const gatewayOn = (url: string, config: Partial<GatewayConfig> = {}) =>
  createGateway({ url, protocol, heartbeat: false, retry: fast, ...config });

describe('generations of sockets', () => {
  afterEach(cleanUp);

  describe('subscribe, unsubscribe, subscribe in one tick while connecting: one live socket, the second subscriber is served', () => {
    const connected = (url: string) => connect({ url, protocol }).pipe(retryBackoff(fast));
    const streams = {
      'with shareSession': (url: string) => connected(url).pipe(shareSession()),
      'without shareSession': connected,
    };
    for (const [title, streamOn] of Object.entries(streams))
      it(`P22: ${title}`, async () => {
        const server = await wsServer({ onBody: answers });
        const bars$ = streamOn(server.url).pipe(topic('bars'));

        const first = recorded(bars$);
        first.subscription.unsubscribe();
        const second = recorded(bars$);
        await until(() => server.connections.some(({ bodies }) => bodies.some(isSubscribe)));
        const serving = server.connections.find(({ bodies }) => bodies.some(isSubscribe));
        serving?.send({ type: 'NOTIFY', topic: 'bars', data: 'served' });

        expect(await second.value()).to.equal('served');
        expect(first.values).to.deep.equal([]);
        expect([...first.ends, ...second.ends]).to.deep.equal([]);
        expect(server.live).to.equal(1);
        expect(server.connections.flatMap(({ bodies }) => bodies).map(({ type }) => type)).to.deep.equal(['SUBSCRIBE']);
        second.subscription.unsubscribe();
      });

    it('P22: also when the first upgrade was on the wire already', async () => {
      const server = await wsServer({ onBody: answers });
      const gateway = gatewayOn(server.url);
      const first = recorded(gateway.request('echo', 1));
      await server.upgrade(0);

      first.subscription.unsubscribe();
      const second = recorded(gateway.request('echo', 2));

      expect(await second.value()).to.equal(2);
      expect(await second.end).to.equal('complete');
      expect(server.connections.flatMap(({ bodies }) => bodies).map(({ data }) => data)).to.deep.equal([2]);
      expect(first.ends).to.deep.equal([]);
    });

    it('P22: a message sent by the second subscriber is not lost with the first socket', async () => {
      const server = await wsServer({ onBody: answers });
      const gateway = gatewayOn(server.url);

      recorded(gateway.session).subscription.unsubscribe();
      const sent = recorded(gateway.send('hello', 1));

      expect(await sent.end).to.equal('complete');
      await until(() => server.connections.some(({ bodies }) => bodies.some(isCommand('hello'))));
    });
  });

  it('P23: the late close of an old socket does not touch the state of the new one', async () => {
    const server = await tcpServer(({ socket }, request) => void socket.write(acceptUpgrade(request)));
    const gateway = gatewayOn(server.url, { closeTimeout: 5_000 });
    const states = recorded(gateway.states);
    const events = recorded(gateway.events);
    const sessions = recorded(gateway.session);
    await sessions.value();
    const old = await server.connection(0);

    gateway.reconnect();
    await sessions.value(({ id }) => id === 2);
    // Now the old peer is through with its close handshake, and the client has heard of it.
    old.socket.write(closeFrame(1000));
    old.socket.end();
    await old.closed;
    const after = await firstValueFrom(gateway.states);

    expect(states.values.map(({ status }) => status)).to.deep.equal([
      'disconnected',
      'connecting',
      'connected',
      'authenticated',
      'reconnecting',
      'connecting',
      'connected',
      'authenticated',
    ]);
    expect(after.status).to.equal('authenticated');
    expect(events.values.filter(({ type }) => type === 'ended')).to.have.length(1);
    expect(sessions.ends).to.deep.equal([]);
    sessions.subscription.unsubscribe();
  });

  describe('on a socket that says everything late', () => {
    const greeting: Greeting = { open: () => ['"hello"'], accept: () => 'wait' };
    let clock: sinon.SinonFakeTimers;

    beforeEach(() => {
      clock = sinon.useFakeTimers({
        shouldClearNativeTimers: true,
        toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'],
      });
    });
    afterEach(() => clock.restore());

    const connected = (config: Partial<ConnectConfig<Untyped>> = {}) => {
      const made: FakeSocket[] = [];
      const webSocketFactory = (url: string) => made[made.push(fakeSocket(url)) - 1] as FakeSocket;
      const events = eventLog({ messages: true });
      const base = { url: 'ws://gw.example', protocol, webSocketFactory, events, closeTimeout: 1_000, connectTimeout: 60_000 };
      const sessions = recorded(connect({ ...base, ...config }));
      return { socket: made[0] as FakeSocket, events, sessions };
    };

    for (const leave of ['unsubscribing', 'connectTimeout'] as const)
      it(`P23: nothing of a socket is heard or answered after ${leave}`, () => {
        const { socket, events, sessions } = connected({ protocol: greetingWith(greeting) });
        if (leave === 'unsubscribing') sessions.subscription.unsubscribe();
        else clock.tick(60_000);
        const known = [...events.list];

        socket.open();
        socket.message({ type: 'NOTIFY', topic: 'a' });
        socket.fail();
        socket.end({ code: 1011, reason: 'late', wasClean: true });
        clock.tick(24 * 3_600_000);

        expect(events.list).to.deep.equal(known);
        expect(sessions.ends).to.have.length(leave === 'unsubscribing' ? 0 : 1);
        expect(sessions.values).to.deep.equal([]);
        expect(socket.sent).to.deep.equal([]);
        expect(clock.countTimers()).to.equal(0);
      });

    it('P23: an open socket that was left, and never ends, is dropped after closeTimeout', () => {
      const { socket, sessions, events } = connected();
      socket.open();
      sessions.subscription.unsubscribe();
      const known = [...events.list];
      clock.tick(999);
      expect([socket.closings, socket.terminations]).to.deep.equal([[[1000, '']], 0]);

      clock.tick(1);
      socket.message({ type: 'NOTIFY', topic: 'a' });

      expect(socket.terminations).to.equal(1);
      expect(events.list).to.deep.equal(known);
      expect(clock.countTimers()).to.equal(0);
    });

    it('an error on an open socket that no close follows ends the session after closeTimeout', () => {
      const { socket, sessions } = connected();
      socket.open();
      socket.fail();
      clock.tick(999);
      expect(sessions.ends).to.deep.equal([]);

      clock.tick(1);

      expect(sessions.ends).to.have.length(1);
      expect(sessions.ends[0]).to.include({ kind: 'connectionLost', code: 1006, retryable: true });
      expect(socket.terminations).to.equal(1);
      expect(clock.countTimers()).to.equal(0);
    });
  });

  it('P24: a late subscriber gets the present state at once, and a flap makes exactly the states that it should', async () => {
    const server = await wsServer({ onBody: answers, refuse: (index, stream) => index === 1 && drop(stream) });
    const gateway = gatewayOn(server.url, { authenticate: (session) => session.request('login') });
    const states = recorded(gateway.states);
    const sessions = recorded(gateway.session);
    await sessions.value();
    const late = await firstValueFrom(gateway.states);

    (await server.connection(0)).socket.close(1012, 'restart');
    await sessions.value(({ id }) => id === 3);
    sessions.subscription.unsubscribe();

    expect(late).to.equal(states.values.at(3));
    expect(states.values.map(({ status }) => status)).to.deep.equal([
      ...['disconnected', 'connecting', 'connected', 'authenticated'],
      ...['reconnecting', 'connecting'],
      ...['reconnecting', 'connecting', 'connected', 'authenticated'],
      'disconnected',
    ]);
    const waits = states.values.filter((state) => state.status === 'reconnecting');
    expect(waits.map(({ attempt }) => attempt)).to.deep.equal([2, 3]);
    expect(waits.map(({ cause }) => (cause as { kind: string }).kind)).to.deep.equal(['connectionLost', 'connectFailed']);
    expect(waits[0]?.cause).to.include({ code: 1012, reason: 'restart' });
    for (const { delay } of waits) expect(delay).to.be.within(5, 10);
    const attempts = states.values.filter((state) => state.status === 'connecting').map(({ attempt }) => attempt);
    expect(attempts).to.deep.equal([1, 2, 3]);
  });

  it('P24: the states cannot be written to', () => {
    const { states, events } = gatewayOn('ws://127.0.0.1:1');
    for (const stream of [states, events]) expect(stream).to.not.have.any.keys('next', 'error', 'complete');
    expect('next' in states || 'next' in events).to.equal(false);
  });

  describe('sends that fail', () => {
    const nodeStyle = Object.assign(new TypeError('no such argument'), { code: 'ERR_INVALID_ARG_TYPE' });
    const bad: Readonly<Record<string, unknown>> = {
      'throws with a foreign code': {
        toJSON: () => {
          throw nodeStyle;
        },
      },
      'is a BigInt': { a: 1n },
      'has no JSON form': () => undefined,
    };
    for (const [title, data] of Object.entries(bad))
      it(`P20: after data that ${title}, a good send arrives on the same socket`, async () => {
        const server = await wsServer({ onBody: answers });
        const gateway = gatewayOn(server.url);
        const sessions = recorded(gateway.session);
        const session: Session = await sessions.value();

        expect(() => session.send('bad', data))
          .to.throw(MalformedMessageError)
          .with.property('cause')
          .instanceOf(TypeError);
        expect(await recorded(gateway.send('bad', data)).end).to.include({ kind: 'malformedMessage', direction: 'out' });
        expect(await recorded(gateway.request('bad', data)).end).to.include({ kind: 'malformedMessage', direction: 'out' });

        session.send('good', 1);
        expect(await recorded(gateway.request('echo', 2)).value()).to.equal(2);
        expect((await server.connection(0)).bodies.map(({ command }) => command)).to.deep.equal(['good', 'echo']);
        expect(server.upgrades).to.equal(1);
        expect(sessions.ends).to.deep.equal([]);
        sessions.subscription.unsubscribe();
      });

    it('P20: a codec that gives what is no frame fails its sender only', async () => {
      const server = await wsServer({ onBody: answers });
      const codec = protocol.client();
      const promising = {
        ...protocol,
        client: () => ({
          ...codec,
          encode: (message: Parameters<typeof codec.encode>[0]) =>
            message.kind === 'send' ? (Promise.resolve('{}') as never) : codec.encode(message),
        }),
      };
      const gateway = gatewayOn(server.url, { protocol: promising });
      const sessions = recorded(gateway.session);
      await sessions.value();

      expect(await recorded(gateway.send('bad')).end).to.include({ kind: 'malformedMessage', direction: 'out' });
      expect(await recorded(gateway.request('echo', 1)).value()).to.equal(1);
      expect(server.upgrades).to.equal(1);
      sessions.subscription.unsubscribe();
    });
  });

  describe('a server that sends its close frame and holds the line', () => {
    /** The first connection is closed by frame alone. */
    const holding = async () => {
      const late = await wsServer({ onBody: answers });
      const server = await tcpServer(({ socket }, request) => void socket.write(acceptUpgrade(request)), { holdsTheLine: true });
      const urls = [server.url, late.url];
      const events = eventLog();
      const gateway = createGateway({
        ...{ url: () => urls.shift() ?? late.url, protocol, heartbeat: false, retry: fast, closeTimeout: 150, events },
      });
      const sessions = recorded(gateway.session);
      const session: Session = await sessions.value();
      const { socket } = await server.connection(0);
      socket.write(closeFrame(1001, 'going'));
      await until(() => !session.open);
      return { late, gateway, sessions, session, events };
    };

    it('P21: what is sent meanwhile waits for the next session, and is not lost', async () => {
      const { late, gateway, sessions } = await holding();

      const sent = recorded(gateway.send('order', 1));
      const asked = recorded(gateway.request('echo', 2));

      expect(await sent.end).to.equal('complete');
      expect(await asked.value()).to.equal(2);
      expect((await late.connection(0)).bodies.map(({ command }) => command)).to.deep.equal(['order', 'echo']);
      expect(sessions.ends).to.deep.equal([]);
      sessions.subscription.unsubscribe();
    });

    it('P21: on the session itself, and where it may not wait, it fails at once', async () => {
      const { gateway, session, sessions } = await holding();

      expect(() => session.send('order', 1))
        .to.throw()
        .with.property('kind', 'connectionLost');
      for (const stream of [
        session.request('echo'),
        gateway.request('echo', 1, { whileDisconnected: 'fail' }),
        gateway.send('order', 1, { whileDisconnected: 'fail' }),
      ]) {
        const { ends } = recorded<unknown>(stream);
        expect(ends).to.have.length(1);
        expect(ends[0]).to.include({ kind: 'connectionLost' });
      }
      sessions.subscription.unsubscribe();
    });

    it('P21: the line is dropped after closeTimeout, and the close code is that of the frame', async () => {
      const { events, sessions } = await holding();
      const began = Date.now();
      expect(events.of('ended')).to.deep.equal([]);

      const { end } = await events.event('ended');

      expect(end).to.include({ code: 1001, reason: 'going', by: 'them' });
      expect(Date.now() - began).to.be.within(100, 2_000);
      sessions.subscription.unsubscribe();
    });
  });
});
