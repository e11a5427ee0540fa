import { expect } from 'chai';
import {
  authenticate,
  type ConnectConfig,
  connect,
  ConnectionLostError,
  createGateway,
  retryBackoff,
  type Session,
  shareSession,
  topic,
  type Untyped,
} from 'rxgate';
import { commandNotify } from 'rxgate/protocols';
import { answers, isCommand, isSubscribe } from '../support/answers.js';
import { cleanUp } from '../support/atTestEnd.js';
import { eventLog } from '../support/eventLog.js';
import { type FakeSocket, fakeSocket } from '../support/fakeSocket.js';
import { acceptUpgrade, closeFrame } from '../support/handshake.js';
import { recorded } from '../support/recorded.js';
import { tcpServer } from '../support/tcpServer.js';
import { type ServedConnection, wsServer } from '../support/wsServer.js';

const fast = { initialDelay: 5, maxDelay: 10 };

/** A stream to a raw server that grants everything. */
const open = async (config: Partial<ConnectConfig<Untyped>> = {}) => {
  const server = await wsServer({ onBody: answers });
  const events = eventLog();
  const session$ = connect({ url: server.url, protocol: commandNotify(), events, ...config }).pipe(
    retryBackoff({ ...fast, events }),
    shareSession({ events }),
  );
  return { server, events, session$ };
};

/** How the server ends a connection. */
const endings: readonly (readonly [string, (connection: ServedConnection) => void])[] = [
  ...[1000, 1001, 1011, 1012, 1013, 4001].map(
    (code) => [`closes with ${code}`, ({ socket }: ServedConnection) => socket.close(code)] as const,
  ),
  ['closes without a code (1005)', ({ socket }) => socket.close()],
  ['vanishes (1006)', ({ socket }) => socket.terminate()],
];

describe('the end of a session', () => {
  afterEach(cleanUp);

  for (const [title, endIt] of endings)
    it(`P1: a topic neither completes nor errors, and a second connection serves it, when the server ${title}`, async () => {
      const { server, session$ } = await open();
      const topics = recorded(session$.pipe(topic('bars')));
      const sessions = recorded(session$);
      const first = await server.connection(0);
      await first.body(isSubscribe);

      endIt(first);

      const second = await server.connection(1);
      await second.body(isSubscribe);
      second.send({ type: 'NOTIFY', topic: 'bars', data: 'after' });
      await topics.value((value) => value === 'after');
      expect(topics.ends).to.deep.equal([]);
      expect(sessions.ends).to.deep.equal([]);
      expect(sessions.values.map(({ id }) => id)).to.deep.equal([1, 2]);
      topics.subscription.unsubscribe();
      sessions.subscription.unsubscribe();
    });

  it('P1: a code that `closeCodes` calls final ends the stream, however clean the close was', async () => {
    const { server, session$ } = await open({ closeCodes: (code) => (code === 1000 ? 'final' : undefined) });
    const sessions = recorded(session$);

    (await server.connection(0)).socket.close(1000, 'done');

    const error = await sessions.end;
    expect(error).to.be.instanceOf(ConnectionLostError);
    expect(error).to.include({ code: 1000, reason: 'done', wasClean: true, retryable: false });
    expect(server.upgrades).to.equal(1);
  });

  describe('the server closes with every code that may be sent: the table decides, never wasClean', () => {
    const retried = [1000, 1001, 1011, 1012, 1013, 1014, 3000, 3500, 3999, 4000, 4408, 4429, 4999];
    const final = [1002, 1003, 1007, 1008, 1009, 1010, 4400, 4403, 4409];

    for (const code of retried)
      it(`${code} makes another attempt`, async () => {
        const { server, events, session$ } = await open();
        const sessions = recorded(session$);

        (await server.connection(0)).socket.close(code, 'why');

        await server.connection(1);
        await sessions.value(({ id }) => id === 2);
        const { end } = await events.event('ended');
        expect(end).to.include({ code, reason: 'why', wasClean: true, by: 'them' });
        expect(end.error).to.include({ kind: 'connectionLost', code, retryable: true });
        expect(sessions.ends).to.deep.equal([]);
        sessions.subscription.unsubscribe();
      });

    for (const code of final)
      it(`${code} is final`, async () => {
        const { server, events, session$ } = await open();
        const sessions = recorded(session$);

        (await server.connection(0)).socket.close(code, 'why');

        expect(await sessions.end).to.include({ kind: 'connectionLost', code, reason: 'why', retryable: false });
        expect(sessions.ends).to.have.length(1);
        expect(events.of('retrying')).to.deep.equal([]);
        expect(events.of('gaveUp')).to.have.length(1);
        expect(server.upgrades).to.equal(1);
      });

    /** Sends a close frame and cuts the line before the handshake can end. */
    const cutAfter = (code: number) =>
      tcpServer(({ socket, index }, request) => {
        socket.write(acceptUpgrade(request));
        if (index > 0) return;
        socket.write(closeFrame(code));
        socket.resetAndDestroy();
      });

    it('a final code is final, though the line ends with it', async () => {
      const server = await tcpServer(({ socket }, request) => {
        socket.write(acceptUpgrade(request));
        socket.end(closeFrame(1008));
      });
      const sessions = recorded(connect({ url: server.url, protocol: commandNotify() }).pipe(retryBackoff(fast)));

      expect(await sessions.end).to.include({ kind: 'connectionLost', code: 1008, retryable: false });
      expect(server.connections).to.have.length(1);
    });

    for (const wasClean of [true, false])
      it(`the verdict is the same when wasClean is ${wasClean}`, () => {
        const verdictOn = (code: number) => {
          const made: FakeSocket[] = [];
          const webSocketFactory = (url: string) => made[made.push(fakeSocket(url)) - 1] as FakeSocket;
          const config = { url: 'ws://gw.example', protocol: commandNotify(), webSocketFactory };
          const { ends, subscription } = recorded(connect(config));
          made[0]?.open();
          made[0]?.end({ code, reason: '', wasClean });
          subscription.unsubscribe();
          expect(ends).to.have.length(1);
          return (ends[0] as ConnectionLostError).retryable;
        };

        for (const code of [...retried, 1005, 1006]) expect(verdictOn(code), String(code)).to.equal(true);
        for (const code of final) expect(verdictOn(code), String(code)).to.equal(false);
      });

    it('a cut line is tried again, whatever close frame was lost with it', async () => {
      const server = await cutAfter(1001);
      const sessions = recorded(connect({ url: server.url, protocol: commandNotify() }).pipe(retryBackoff(fast)));

      await sessions.value(({ id }) => id === 2);

      expect(sessions.ends).to.deep.equal([]);
      sessions.subscription.unsubscribe();
    });

    for (const code of [1013, 4429])
      it(`${code} is not tried again before the advice in its reason`, async () => {
        const { server, events, session$ } = await open();
        const sessions = recorded(session$);

        (await server.connection(0)).socket.close(code, '{"retryAfter":60000}');

        const { delay, cause } = await events.event('retrying');
        expect(delay).to.be.at.least(60_000);
        expect(cause).to.include({ code, retryAfter: 60_000 });
        sessions.subscription.unsubscribe();
      });

    describe('4401', () => {
      it('asks a provider function once more, told that the credential was refused', async () => {
        const asked: boolean[] = [];
        const server = await wsServer({ onConnection: ({ index, socket }) => index === 0 && socket.close(4401) });
        const url = ({ refreshed }: { refreshed: boolean }) => {
          asked.push(refreshed);
          return server.url;
        };
        const sessions = recorded(connect({ url, protocol: commandNotify() }).pipe(retryBackoff(fast)));

        await sessions.value(({ id }) => id === 2);

        expect(asked).to.deep.equal([false, true]);
        expect(sessions.ends).to.deep.equal([]);
        sessions.subscription.unsubscribe();
      });

      it('is final when the credential of the second attempt is refused too', async () => {
        const server = await wsServer({ onConnection: ({ socket }) => socket.close(4401) });
        const sessions = recorded(connect({ url: () => server.url, protocol: commandNotify() }).pipe(retryBackoff(fast)));

        expect(await sessions.end).to.include({ kind: 'connectionLost', code: 4401, retryable: false });
        expect(server.upgrades).to.equal(2);
      });

      it('is final at once where nothing can be asked again', async () => {
        const { server, session$ } = await open();
        const sessions = recorded(session$);

        (await server.connection(0)).socket.close(4401);

        expect(await sessions.end).to.include({ kind: 'connectionLost', code: 4401, refresh: true, retryable: false });
        expect(server.upgrades).to.equal(1);
      });

      it('runs `refresh` of authenticate once, before the next attempt', async () => {
        const steps: string[] = [];
        const server = await wsServer({
          onBody: (body, connection) => {
            steps.push(`login ${body.data}`);
            if (body.data === 'old') connection.socket.close(4401);
            else answers(body, connection);
          },
        });
        let token = 'old';
        const sessions = recorded(
          connect({ url: server.url, protocol: commandNotify() }).pipe(
            authenticate((session) => session.request('login', token), {
              refresh: async () => {
                steps.push('refresh');
                token = 'new';
              },
            }),
            retryBackoff(fast),
          ),
        );

        await sessions.value();

        expect(steps).to.deep.equal(['login old', 'refresh', 'login new']);
        sessions.subscription.unsubscribe();
      });

      it('runs `refresh` again once a session was of use with the last one', async () => {
        const server = await wsServer({ onBody: answers });
        let refreshes = 0;
        const sessions = recorded(
          connect({ url: server.url, protocol: commandNotify() }).pipe(
            authenticate((session) => session.request('login'), { refresh: async () => refreshes++ }),
            retryBackoff(fast),
          ),
        );

        for (const id of [1, 2, 3]) {
          await sessions.value((session) => session.id === id);
          (await server.connection(id - 1)).socket.close(4401);
        }
        await sessions.value((session) => session.id === 4);

        expect(refreshes).to.equal(3);
        expect(sessions.ends).to.deep.equal([]);
        sessions.subscription.unsubscribe();
      });

      it('ends the stream of authenticate when the refreshed credential is refused too', async () => {
        const server = await wsServer({ onBody: (_body, { socket }) => socket.close(4401) });
        const sessions = recorded(
          connect({ url: server.url, protocol: commandNotify() }).pipe(
            authenticate((session) => session.request('login'), { refresh: async () => undefined }),
            retryBackoff(fast),
          ),
        );

        expect(await sessions.end).to.include({ kind: 'authentication', retryable: false });
        expect(server.upgrades).to.equal(2);
      });
    });
  });

  describe('closing by this side', () => {
    const gatewayOn = (url: string) => createGateway({ url, protocol: commandNotify(), heartbeat: false, retry: fast });

    it('P32: the server sees 1000 when the last subscriber leaves', async () => {
      const server = await wsServer({ onBody: answers });
      const gateway = gatewayOn(server.url);
      const topics = [recorded(gateway.topic('a')), recorded(gateway.topic('b'))];
      const connection = await server.connection(0);
      await connection.body((body) => body.topic === 'b');

      for (const { subscription } of topics) subscription.unsubscribe();

      expect(await connection.closed).to.deep.equal({ code: 1000, reason: '' });
    });

    it('P32: the server sees 1000 after drain, and the code and reason of session.close', async () => {
      const server = await wsServer({ onBody: answers });
      const gateway = gatewayOn(server.url);
      const sessions = recorded(gateway.session);
      const session = await sessions.value();

      session.close(4321, 'enough');

      expect(await (await server.connection(0)).closed).to.deep.equal({ code: 4321, reason: 'enough' });
      expect(await sessions.end).to.equal('complete');

      const again = recorded(gateway.session);
      await again.value();
      await gateway.close();
      expect(await (await server.connection(1)).closed).to.deep.equal({ code: 1000, reason: '' });
    });

    it('P32: a code that may not be sent throws at the call and changes nothing', async () => {
      const server = await wsServer({ onBody: answers });
      const gateway = gatewayOn(server.url);
      const sessions = recorded(gateway.session);
      const session: Session = await sessions.value();

      for (const code of [1001, 1005, 1006, 999, 2999, 5000, 1000.5, NaN])
        expect(() => session.close(code), String(code)).to.throw(RangeError, 'code must be 1000 or 3000–4999');
      expect(() => session.close(1000, 'é'.repeat(62))).to.throw(RangeError, 'reason');

      expect(session.open).to.equal(true);
      const reply = await recorded(gateway.request('echo', 'still here')).value();
      expect(reply).to.equal('still here');
      expect((await server.connection(0)).bodies.filter(isCommand('echo'))).to.have.length(1);
      sessions.subscription.unsubscribe();
    });
  });
});
