import { expect } from 'chai';
import { defer, firstValueFrom, NEVER, Observable, of, throwError } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { connect, createGateway, failover, fixedDelays, type GatewayError, retryBackoff, shareSession, topic } from 'rxgate';
import { commandNotify, type Greeting } from 'rxgate/protocols';
import { WebSocket } from 'ws';
import { openSocket as openBrowserSocket } from '../../lib/connection/browserSocket.js';
import { answers } from '../support/answers.js';
import { cleanUp } from '../support/atTestEnd.js';
import { runChild } from '../support/childProcess.js';
import { eventLog } from '../support/eventLog.js';
import { type FakeSocket, fakeSocket } from '../support/fakeSocket.js';
import { greetingWith } from '../support/greetingWith.js';
import { recorded } from '../support/recorded.js';
import { drop, refuseWith } from '../support/refusals.js';
import { tcpServer } from '../support/tcpServer.js';
import { wsServer } from '../support/wsServer.js';

const fast = { initialDelay: 5, maxDelay: 10 };
const protocol = commandNotify();

describe('connecting', () => {
  afterEach(cleanUp);

  describe('refused upgrades', () => {
    for (const status of [403, 404])
      it(`P6: HTTP ${status} makes one attempt and ends in a final error with the status`, async () => {
        const server = await wsServer({ refuse: (_index, stream) => refuseWith(stream, status) });
        const gateway = createGateway({ url: server.url, protocol, retry: fast });
        const events = recorded(gateway.events);
        const states = recorded(gateway.states);
        const sessions = recorded(gateway.session);

        const error = await sessions.end;

        expect(error).to.include({ kind: 'handshakeRejected', status, retryable: false });
        expect(server.upgrades).to.equal(1);
        expect(states.values.map((state) => state.status)).to.deep.equal(['disconnected', 'connecting', 'closed']);
        expect(states.values.at(-1)).to.deep.equal({ status: 'closed', cause: error });
        expect(events.values.map(({ type }) => type)).to.deep.equal(['connecting', 'ended', 'gaveUp', 'released']);
        expect(sessions.ends).to.have.length(1);
      });

    it('P6: HTTP 401 makes one attempt where nobody can get another credential', async () => {
      const server = await wsServer({ refuse: (_index, stream) => refuseWith(stream, 401) });
      const sessions = recorded(connect({ url: server.url, protocol }).pipe(retryBackoff(fast)));

      expect(await sessions.end).to.include({ kind: 'handshakeRejected', status: 401, refresh: true, retryable: false });
      expect(server.upgrades).to.equal(1);
    });

    it('P6: HTTP 401 asks a provider for another credential once', async () => {
      const server = await wsServer({ refuse: (_index, stream) => refuseWith(stream, 401) });
      const asked: boolean[] = [];
      const headers = ({ refreshed }: { refreshed: boolean }) => {
        asked.push(refreshed);
        return {};
      };
      const sessions = recorded(connect({ url: server.url, protocol, headers }).pipe(retryBackoff(fast)));

      expect(await sessions.end).to.include({ kind: 'handshakeRejected', status: 401, retryable: false });
      expect(asked).to.deep.equal([false, true]);
      expect(server.upgrades).to.equal(2);
    });

    it('HTTP 401 is over with the new credential of the provider', async () => {
      const server = await wsServer({
        refuse: (_index, stream, { headers }) => headers.authorization !== 'new' && refuseWith(stream, 401),
      });
      const headers = async ({ refreshed }: { refreshed: boolean }) => ({ authorization: refreshed ? 'new' : 'old' });
      const sessions = recorded(connect({ url: server.url, protocol, headers }).pipe(retryBackoff(fast)));

      await sessions.value();

      expect(server.upgrades).to.equal(2);
      sessions.subscription.unsubscribe();
    });

    it('HTTP 503 is tried again', async () => {
      const server = await wsServer({ refuse: (index, stream) => index < 2 && refuseWith(stream, 503) });
      const events = eventLog();
      const sessions = recorded(connect({ url: server.url, protocol }).pipe(retryBackoff({ ...fast, events })));

      await sessions.value();

      expect(events.of('retrying').map(({ cause }) => cause)).to.have.length(2);
      for (const { cause, delay } of events.of('retrying')) {
        expect(cause).to.include({ kind: 'handshakeRejected', status: 503, retryable: true });
        expect(delay).to.be.at.most(10);
      }
      sessions.subscription.unsubscribe();
    });

    const inAnHour = () => new Date(Date.now() + 3_600_000).toUTCString();
    for (const [form, header, least, most] of [
      ['seconds', () => '60', 60_000, 60_000],
      ['a date', inAnHour, 3_590_000, 3_600_000],
    ] as const)
      for (const status of [503, 429])
        it(`HTTP ${status} with Retry-After in ${form} is not tried before`, async () => {
          const server = await wsServer({ refuse: (_index, stream) => refuseWith(stream, status, { 'Retry-After': header() }) });
          const events = eventLog();
          const sessions = recorded(connect({ url: server.url, protocol }).pipe(retryBackoff({ ...fast, events })));

          const { delay } = await events.event('retrying');

          expect(delay).to.be.within(least, most);
          sessions.subscription.unsubscribe();
        });

    for (const status of [401, 403, 404])
      it(`HTTP ${status} with Retry-After is still final`, async () => {
        const server = await wsServer({ refuse: (_index, stream) => refuseWith(stream, status, { 'Retry-After': '1' }) });
        const sessions = recorded(connect({ url: server.url, protocol }).pipe(retryBackoff(fast)));

        expect(await sessions.end).to.include({ kind: 'handshakeRejected', status, retryable: false });
        expect(server.upgrades).to.equal(1);
      });
  });

  describe('providers', () => {
    it('P7: url, headers and protocols are asked again for each attempt', async () => {
      const server = await wsServer({
        refuse: (index, stream) => index === 1 && drop(stream),
        onConnection: ({ index, socket }) => index === 0 && socket.terminate(),
      });
      let count = 0;
      const config = {
        url: () => `${server.url}/?t=${count++}`,
        headers: async () => ({ 'x-attempt': `h${count}` }),
        protocols: () => of(`p${count}`),
      };
      const sessions = recorded(connect({ ...config, protocol }).pipe(retryBackoff(fast)));

      const upgrades = await Promise.all([0, 1, 2].map((index) => server.upgrade(index)));
      await sessions.value(({ id }) => id === 3);

      expect(upgrades.map(({ url }) => url)).to.deep.equal(['/?t=0', '/?t=1', '/?t=2']);
      expect(upgrades.map(({ headers }) => headers['x-attempt'])).to.deep.equal(['h1', 'h2', 'h3']);
      expect(upgrades.map(({ headers }) => headers['sec-websocket-protocol'])).to.deep.equal(['p1', 'p2', 'p3']);
      sessions.subscription.unsubscribe();
    });

    const failing: readonly (readonly [string, () => string | Promise<string> | Observable<string>])[] = [
      ['rejects', () => Promise.reject(new Error('no token'))],
      ['errors', () => throwError(() => new Error('no token'))],
      [
        'throws',
        () => {
          throw new Error('no token');
        },
      ],
      ['gives no WebSocket url', () => 'http://127.0.0.1'],
      ['completes without a value', () => new Observable<string>((subscriber) => subscriber.complete())],
    ];
    for (const [title, fail] of failing)
      it(`P7: a url provider that ${title} is a failed attempt, and the next attempt asks it again`, async () => {
        const server = await wsServer();
        const events = eventLog();
        let asked = 0;
        const url = () => (++asked < 3 ? fail() : server.url);
        const sessions = recorded(connect({ url, protocol, events }).pipe(retryBackoff({ ...fast, events })));

        await sessions.value();

        expect(asked).to.equal(3);
        expect(server.upgrades).to.equal(1);
        for (const { cause } of events.of('retrying'))
          expect(cause).to.include({ kind: 'connectFailed', reason: 'provider', retryable: true });
        expect(events.of('retrying').map(({ attempt }) => attempt)).to.deep.equal([2, 3]);
        sessions.subscription.unsubscribe();
      });

    for (const slot of ['url', 'headers', 'protocols', 'credentials'] as const)
      it(`P7: unsubscribing while the provider of ${slot} is pending leaves it, and opens no socket`, async () => {
        const server = await wsServer();
        let left = 0;
        let answer: ((value: never) => void) | undefined;
        const pending = new Observable<never>((subscriber) => {
          answer = (value) => {
            subscriber.next(value);
            subscriber.complete();
          };
          return () => left++;
        });
        const sessions = recorded(connect({ url: server.url, protocol, [slot]: () => pending }).pipe(retryBackoff(fast)));

        sessions.subscription.unsubscribe();
        answer?.(server.url as never);

        expect(left).to.equal(1);
        expect(sessions.ends).to.deep.equal([]);
        // A later connection proves that no earlier one is on its way.
        await firstValueFrom(connect({ url: `${server.url}/later`, protocol }));
        expect(server.upgrades).to.equal(1);
        expect((await server.upgrade(0)).url).to.equal('/later');
      });

    it('P7: a promise that comes after the subscriber left opens no socket', async () => {
      const server = await wsServer();
      const url = Promise.resolve(`${server.url}/late`);
      recorded(connect({ url: () => url, protocol })).subscription.unsubscribe();
      await url;

      await firstValueFrom(connect({ url: `${server.url}/later`, protocol }));

      expect(server.upgrades).to.equal(1);
      expect((await server.upgrade(0)).url).to.equal('/later');
    });

    it('a failover takes the next url after a failure, and stays with it while it works', async () => {
      const dead = await tcpServer(({ socket }) => socket.destroy());
      const alive = await wsServer();
      const sessions = recorded(connect({ url: failover([dead.url, `${alive.url}/a`]), protocol }).pipe(retryBackoff(fast)));

      await sessions.value();

      expect(dead.connections).to.have.length(1);
      expect((await alive.upgrade(0)).url).to.equal('/a');
      sessions.subscription.unsubscribe();
    });
  });

  describe('the socket', () => {
    it('P8: the server sees the headers, and the subprotocol is what it chose', async () => {
      const server = await wsServer({ handleProtocols: (offered) => [...offered][1] ?? false });
      const session = await firstValueFrom(
        connect({ url: server.url, protocol, headers: { 'X-Api-Key': 'k1', Cookie: 'a=b' }, protocols: ['one', 'two'] }),
      );

      const { headers } = await server.upgrade(0);
      expect(headers).to.include({ 'x-api-key': 'k1', cookie: 'a=b', 'sec-websocket-protocol': 'one,two' });
      expect(session.opened.subprotocol).to.equal('two');
    });

    it('P8: socketOptions go to ws', async () => {
      const server = await wsServer();
      const sessions = recorded(connect({ url: server.url, protocol, socketOptions: { maxPayload: 10, origin: 'http://app' } }));
      const connection = await server.connection(0);

      connection.send('x'.repeat(11));

      expect((await server.upgrade(0)).headers.origin).to.equal('http://app');
      expect(await sessions.end).to.include({ kind: 'connectionLost' });
      expect((await connection.closed).code).to.equal(1009);
    });

    it('P9: webSocketFactory opens the socket, with url, protocols, headers and options', async () => {
      const server = await wsServer();
      const calls: unknown[] = [];
      const session = await firstValueFrom(
        connect({
          ...{ url: server.url, protocol, protocols: ['a'], headers: { h: '1' }, socketOptions: { agent: false } },
          webSocketFactory: (url, protocols, options) => {
            calls.push([url, protocols, options.headers, options.socketOptions]);
            return new WebSocket(url, [...protocols], { headers: { via: 'factory' } });
          },
        }),
      );

      expect(session.id).to.equal(1);
      expect(calls).to.deep.equal([[server.url, ['a'], { h: '1' }, { agent: false }]]);
      expect((await server.upgrade(0)).headers.via).to.equal('factory');
    });

    it('P9: a whole life runs on a fake socket in virtual time, without a network', () => {
      const rxTest = new TestScheduler(() => undefined);
      const made: (readonly [number, FakeSocket])[] = [];
      rxTest.run(({ cold, flush }) => {
        const webSocketFactory = (url: string) => {
          const socket = fakeSocket(url);
          made.push([rxTest.now(), socket]);
          return socket;
        };
        const session$ = connect({ url: 'ws://gw.example', protocol, webSocketFactory }).pipe(
          retryBackoff({ strategy: fixedDelays([7_000]) }),
          shareSession(),
        );
        const bars = recorded(session$.pipe(topic('bars')));
        const script: Record<string, () => void> = {
          o: () => made.at(-1)?.[1].open(),
          c: () => made.at(-1)?.[1].message({ type: 'ACK', id: '1', topic: 'bars' }),
          n: () => made.at(-1)?.[1].message({ type: 'NOTIFY', topic: 'bars', data: rxTest.now() }),
          x: () => made.at(-1)?.[1].end({ code: 1001, reason: '', wasClean: true }),
          u: () => {
            bars.subscription.unsubscribe();
            made.at(-1)?.[1].end({ code: 1000, reason: '', wasClean: true });
          },
        };
        //    1 s each, the second socket at 4 s + 7 s
        cold('o 999ms c 999ms n 999ms n 999ms x 9999ms o 999ms c 999ms n 999ms u').subscribe((step) => script[step]?.());
        flush();

        expect(bars.values).to.deep.equal([2_000, 3_000, 16_000]);
        expect(bars.ends).to.deep.equal([]);
      });

      expect(made.map(([at]) => at)).to.deep.equal([0, 11_000]);
      expect(made.map(([, { sent }]) => sent)).to.deep.equal([
        [{ type: 'SUBSCRIBE', id: '1', topic: 'bars' }],
        [
          { type: 'SUBSCRIBE', id: '1', topic: 'bars' },
          { type: 'UNSUBSCRIBE', id: '1', topic: 'bars' },
        ],
      ]);
      expect(made.map(([, { closings }]) => closings)).to.deep.equal([[], [[1000, '']]]);
    });

    it('P10: import and construction work without a global WebSocket, and only a subscription fails, with a typed error', async () => {
      const { code, signal, output } = await runChild('withoutWebSocket.ts');

      expect({ code, signal }).to.deep.equal({ code: 0, signal: null });
      expect(output).to.deep.equal([
        'constructed',
        { kind: 'connectFailed', reason: 'unsupported', retryable: false, name: 'ConnectFailedError' },
        'connects with ws all the same',
      ]);
    });

    it('P10: headers in a browser are a typed error, final, and not a socket without them', async () => {
      const sessions = recorded(
        connect({
          ...{ url: 'ws://127.0.0.1:1', protocol, headers: { a: 'b' } },
          webSocketFactory: (url, protocols, options) => {
            Object.defineProperty(globalThis, 'WebSocket', { value: WebSocket, configurable: true, writable: true });
            return openBrowserSocket(url, protocols, options, { rejected: () => undefined, alive: () => undefined });
          },
        }).pipe(retryBackoff(fast)),
      );

      expect(await sessions.end).to.include({ kind: 'connectFailed', reason: 'unsupported', retryable: false });
    });
  });

  describe('connectTimeout', () => {
    it('P26: an upgrade that is never answered fails the attempt at connectTimeout; backoff and the next attempt follow', async () => {
      const server = await tcpServer();
      const events = eventLog();
      const started = Date.now();
      const sessions = recorded(
        connect({ url: server.url, protocol, connectTimeout: 40, events }).pipe(retryBackoff({ ...fast, events })),
      );

      const { cause } = await events.event('retrying');
      const took = Date.now() - started;
      await (await server.connection(0)).closed;
      await (await server.connection(1)).request;

      expect(cause).to.include({ kind: 'connectTimeout', timeout: 40, retryable: true });
      expect(took).to.be.at.least(39);
      expect(sessions.ends).to.deep.equal([]);
      sessions.subscription.unsubscribe();
    });

    it('P26: it covers the providers', async () => {
      const url = () => defer(() => NEVER);
      const sessions = recorded(connect({ url, protocol, connectTimeout: 20 }));

      expect(await sessions.end).to.include({ kind: 'connectTimeout', timeout: 20 });
    });

    it('P26: it covers the greeting', async () => {
      const server = await wsServer();
      const greeting: Greeting = { open: () => ['hello'], accept: () => 'wait' };
      const sessions = recorded(connect({ url: server.url, protocol: greetingWith(greeting), connectTimeout: 60 }));
      const connection = await server.connection(0);

      await connection.body((body) => body === 'hello');

      expect(await sessions.end).to.include({ kind: 'connectTimeout', timeout: 60 });
      expect((await connection.closed).code).to.equal(1006);
    });

    it('P26: it is over once the session is open', async () => {
      const server = await wsServer({ onBody: answers });
      const session = recorded(connect({ url: server.url, protocol, connectTimeout: 200 }));
      const open = await session.value();

      const late = await recorded(
        new Observable<number>((subscriber) => {
          const timer = setTimeout(() => subscriber.next(1), 220);
          return () => clearTimeout(timer);
        }),
      ).value();

      expect(late).to.equal(1);
      expect(open.open).to.equal(true);
      session.subscription.unsubscribe();
    });
  });

  it('an answer in garbage is a failed attempt', async () => {
    for (const garbage of ['SSH-2.0-OpenSSH_9.2\r\n', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi', '\x00\x01\x02\x03']) {
      const server = await tcpServer(({ socket }) => socket.end(garbage));
      const sessions = recorded(connect({ url: server.url, protocol }));

      const error = (await sessions.end) as GatewayError;

      expect(['connectFailed', 'handshakeRejected'], garbage).to.include(error.kind);
    }
  });
});
