import { expect } from 'chai';
import { concat, firstValueFrom, map, mergeMap, NEVER, of, takeUntil, throwError, timer } from 'rxjs';
import {
  type ConnectConfig,
  connect,
  type GatewayError,
  type GatewayEvent,
  HandshakeRejectedError,
  heartbeat,
  request,
  RequestFailedError,
  retryBackoff,
  type Session,
  shareSession,
  SubscriptionRejectedError,
  topic,
  type Untyped,
} from 'rxgate';
import { commandNotify, type Protocol } from 'rxgate/protocols';
import type { Peer } from '../../lib/server/peer.js';
import { type FakeGateway, fakeGateway } from 'rxgate/testing';
import sinon from 'sinon';
import { byKind, tracing, virtualTime } from './virtualTime.js';

const connectTo = ({ webSocketFactory }: FakeGateway, config: Partial<ConnectConfig<Untyped>> = {}) =>
  connect({ url: 'ws://fake', protocol: commandNotify(), webSocketFactory, ...config });

describe('fakeGateway', () => {
  describe('answers with the handlers of the stages of the server', () => {
    const commands = {
      double: (n: number) => n * 2,
      later: (n: number) => timer(5).pipe(map(() => n)),
      refuse: () => throwError(() => new RequestFailedError('refuse', 'NO', { why: 1 })),
      count: (n: number) => of(...Array.from({ length: n }, (_, i) => i)),
    };

    it('to a request, a latency each way later', () => {
      virtualTime(({ expectObservable }) => {
        const gateway = fakeGateway({ commands, latency: 2 });
        // 4 ms for the connection, 4 ms there and back.
        const expected = '--------(a|)';

        expectObservable(connectTo(gateway).pipe(request('double', 21))).toBe(expected, { a: 42 });
      });
    });

    it('to a request that takes its time', () => {
      virtualTime(({ expectObservable }) => {
        const gateway = fakeGateway({ commands });
        const expected = '-----(a|)';

        expectObservable(connectTo(gateway).pipe(request('later', 7))).toBe(expected, { a: 7 });
      });
    });

    it('to a stream', () => {
      virtualTime(({ expectObservable }) => {
        const gateway = fakeGateway({ commands });
        const expected = '(abc|)';

        expectObservable(connectTo(gateway).pipe(request('count', 3, { stream: true }))).toBe(expected, { a: 0, b: 1, c: 2 });
      });
    });

    it('with an error reply, also to a command that it does not know', async () => {
      const gateway = fakeGateway({ commands });
      const failures = await Promise.all(
        ['refuse', 'unknown'].map((command) =>
          firstValueFrom(connectTo(gateway).pipe(request(command))).catch((error: unknown) => error),
        ),
      );
      expect(failures.map((error) => (error as RequestFailedError).code)).to.deep.equal(['NO', 'UNKNOWN_COMMAND']);
    });

    it('to a topic, which ends when its handler completes', () => {
      virtualTime(({ cold, expectObservable }) => {
        const gateway = fakeGateway({
          topics: { 'bars:{symbol}': ({ symbol }) => cold('-a-b-|').pipe(map((v) => `${symbol}${v}`)) },
        });
        const expected = '-a-b-|';

        expectObservable(connectTo(gateway).pipe(topic('bars:{symbol}', { symbol: 'X' }))).toBe(expected, { a: 'Xa', b: 'Xb' });
      });
    });

    it('with a refusal of a topic', () => {
      virtualTime(({ expectObservable }) => {
        const bars = () => {
          throw new SubscriptionRejectedError('bars', 'FORBIDDEN');
        };
        const gateway = fakeGateway({ topics: { bars } });
        const expected = '#';

        expectObservable(byKind(connectTo(gateway).pipe(topic('bars')))).toBe(expected, {}, 'subscriptionRejected');
      });
    });
  });

  describe('publishes', () => {
    it('to those who are subscribed, by the concrete name', () => {
      virtualTime(({ acts, expectObservable }) => {
        const gateway = fakeGateway({ topics: { 'bars:{symbol}': () => NEVER } });
        acts('           --x-y', { x: () => gateway.publish('bars:SPX', 1), y: () => gateway.publish('bars:DAX', 2) });
        const expected = '--x';

        expectObservable(connectTo(gateway).pipe(topic('bars:{symbol}', { symbol: 'SPX' }))).toBe(expected, { x: 1 });
      });
    });

    it('beside what a handler produces, until that completes', () => {
      virtualTime(({ acts, cold, expectObservable }) => {
        const gateway = fakeGateway({ topics: { bars: () => cold('---a--|') } });
        acts('           --x-y-', { x: () => gateway.publish('bars', 'x'), y: () => gateway.publish('bars', 'y') });
        const expected = '--xay-|';

        expectObservable(connectTo(gateway).pipe(topic('bars'))).toBe(expected);
      });
    });

    it('nothing to a topic that nobody subscribed to', () => {
      const gateway = fakeGateway({ topics: { bars: () => NEVER } });
      gateway.publish('bars', 1);
      expect(gateway.sent).to.deep.equal([]);
    });
  });

  it('keeps what clients sent, with the number of the connection', () => {
    virtualTime(({ acts, flush }) => {
      const gateway = fakeGateway({ commands: { hello: () => 'hi' } });
      const both = () => connectTo(gateway).subscribe((session) => session.send('hello', session.id));
      acts('ab', { a: both, b: both });
      flush();
      expect(gateway.sent).to.deep.equal([
        { kind: 'send', command: 'hello', data: 1, connection: 1 },
        { kind: 'send', command: 'hello', data: 1, connection: 2 },
      ]);
      expect(gateway).to.include({ connections: 2, open: 2 });
    });
  });

  it('never delivers in the turn in which something was sent', () => {
    const clock = sinon.useFakeTimers();
    try {
      const gateway = fakeGateway({ commands: { echo: (x: unknown) => x } });
      const lines: string[] = [];
      const trace = tracing(lines);
      connectTo(gateway).subscribe((session) => session.request('echo', 1).subscribe(trace('reply')));
      expect(gateway.open).to.equal(0);
      clock.tick(10);
      expect(lines).to.deep.equal(['reply 1', 'reply |']);
    } finally {
      clock.restore();
    }
  });

  it('works in real time', async () => {
    const gateway = fakeGateway({ commands: { echo: (x: unknown) => x } });
    expect(await firstValueFrom(connectTo(gateway).pipe(request('echo', { a: 'ü' })))).to.deep.equal({ a: 'ü' });
  });

  const verdicts: readonly [code: number | undefined, wasClean: boolean, retryable: boolean][] = [
    [undefined, false, true],
    [1001, true, true],
    [1008, true, false],
    [1012, true, true],
    [4401, true, false],
  ];
  for (const [code, wasClean, retryable] of verdicts)
    it(`drops with ${code ?? 'nothing, which is 1006'}`, () => {
      virtualTime(({ acts, flush }) => {
        const gateway = fakeGateway();
        const error = sinon.spy();
        connectTo(gateway).subscribe({ error });
        acts('--d', { d: () => gateway.drop(code, code === undefined ? undefined : 'why') });
        flush();
        sinon.assert.calledOnce(error);
        expect(error.firstCall.args[0]).to.include({ kind: 'connectionLost', code: code ?? 1006, wasClean, retryable });
        expect(gateway).to.include({ open: 0 });
        expect(gateway.closes).to.deep.equal([]);
      });
    });

  describe('notes how clients leave', () => {
    const rows: readonly [string, (session: Session) => void, number][] = [
      ['unsubscribing', () => undefined, 1000],
      ['a code of its own', (session) => session.close(4000, 'bye'), 4000],
      ['vanishing', (session) => session.terminate(new HandshakeRejectedError(401)), 1006],
    ];
    for (const [name, leave, code] of rows)
      it(`by ${name}: ${code}`, () => {
        virtualTime(({ acts, flush }) => {
          const gateway = fakeGateway();
          let session: Session | undefined;
          const subscription = connectTo(gateway).subscribe({ next: (opened) => (session = opened), error: () => undefined });
          acts('--lu', { l: () => session && leave(session), u: () => subscription.unsubscribe() });
          flush();
          expect(gateway.closes).to.deep.equal([code]);
          expect(gateway.open).to.equal(0);
        });
      });

    it('not at all when the connection never opened', () => {
      virtualTime(({ acts, flush }) => {
        const gateway = fakeGateway({ latency: 5 });
        const subscription = connectTo(gateway).subscribe();
        acts('--u', { u: () => subscription.unsubscribe() });
        flush();
        expect(gateway).to.include({ connections: 1, open: 0 });
        expect(gateway.closes).to.deep.equal([]);
      });
    });
  });

  it('falls silent, holds what was sent, and goes on in order', () => {
    virtualTime(({ acts, expectObservable }) => {
      const gateway = fakeGateway({ commands: { echo: (x: unknown) => x }, topics: { bars: () => NEVER } });
      const session$ = connectTo(gateway).pipe(shareSession());
      acts('           -s-xy-z--t', {
        s: gateway.silence,
        x: () => gateway.publish('bars', 'x'),
        y: () => session$.pipe(request('echo', 'r')).subscribe(),
        z: () => gateway.publish('bars', 'z'),
        t: gateway.speak,
      });
      const expected = '---------(xz)';

      expectObservable(session$.pipe(topic('bars'))).toBe(expected);
    });
  });

  it('is not reached while it is silent: the attempt times out', () => {
    virtualTime(({ expectObservable }) => {
      const gateway = fakeGateway();
      gateway.silence();
      const expected = '-----#';

      expectObservable(byKind(connectTo(gateway, { connectTimeout: 5 }))).toBe(expected, {}, 'connectTimeout');
    });
  });

  describe('answers pings of the WebSocket protocol', () => {
    const watched = (gateway: FakeGateway, lines: string[], now: () => number) => {
      const next = ({ type }: GatewayEvent) => {
        if (type === 'heartbeat') lines.push(`${now()} heartbeat`);
      };
      const beat = heartbeat<Session>({ mode: 'frame', interval: 10, timeout: 5, random: () => 0.5 });
      return connectTo(gateway, { events: { next } }).pipe(
        beat,
        map(() => 'session'),
        takeUntil(timer(40)),
      );
    };

    it('a latency each way later', () => {
      virtualTime(({ flush, now }) => {
        const lines: string[] = [];
        const gateway = fakeGateway({ latency: 1 });
        watched(gateway, lines, now).subscribe(tracing(lines, now)('>'));
        flush();
        // 2 ms for the connection, 5 to the first beat, 2 there and back.
        expect(lines.slice(0, 2)).to.deep.equal(['2 > session', '9 heartbeat']);
        expect(lines.filter((line) => line.includes('heartbeat'))).to.have.length.above(2);
        expect(lines.at(-1)).to.equal('40 > |');
        expect(gateway.sent).to.deep.equal([]);
      });
    });

    it('not while it is silent', () => {
      virtualTime(({ flush, now }) => {
        const lines: string[] = [];
        const gateway = fakeGateway();
        watched(gateway, lines, now).subscribe(tracing(lines, now)('>'));
        timer(7).subscribe(gateway.silence);
        flush();
        expect(lines).to.deep.equal(['0 > session', '5 heartbeat', '20 >! heartbeatTimeout']);
      });
    });
  });

  describe('chooses a subprotocol as a server does', () => {
    const names = ['v2.rxgate', 'v1.rxgate'];
    const rows: readonly (readonly [known: readonly string[] | undefined, offered: readonly string[] | undefined, string])[] = [
      [undefined, undefined, ''],
      [undefined, ['other'], ''],
      [names, undefined, 'v2.rxgate'],
      [names, ['v1.rxgate', 'v2.rxgate'], 'v2.rxgate'],
      [names, ['other', 'v1.rxgate'], 'v1.rxgate'],
      [names, ['other'], ''],
    ];
    for (const [known, offered, chosen] of rows)
      it(`${JSON.stringify(chosen)} of ${offered?.join() ?? 'its own'}, if it knows ${known?.join() ?? 'none'}`, async () => {
        const protocol: Protocol = { ...commandNotify(), ...(known && { subprotocols: known }) };
        const heard: string[] = [];
        const commands = { who: (_data: unknown, { peer }: { peer: Peer }) => heard.push(peer.opened.subprotocol) };
        const gateway = fakeGateway({ protocol, commands });
        const session$ = connectTo(gateway, { protocol, protocols: offered });
        const opened = await firstValueFrom(
          session$.pipe(mergeMap((session) => session.request('who').pipe(map(() => session.opened.subprotocol)))),
        );
        expect([opened, ...heard]).to.deep.equal([chosen, chosen]);
      });
  });

  describe('refuses the next attempts', () => {
    const errorsOf = (gateway: FakeGateway, attempts: number) => {
      const errors: unknown[] = [];
      virtualTime(({ flush }) => {
        const keep = { strategy: () => 1, retryable: (error: unknown) => errors.push(error) < attempts };
        connectTo(gateway)
          .pipe(retryBackoff(keep))
          .subscribe({ error: () => undefined });
        flush();
      });
      return errors as (GatewayError & { status?: number; cause?: { code?: string } })[];
    };

    it('as if nobody listened', () => {
      const gateway = fakeGateway();
      gateway.refuse(2);
      const errors = errorsOf(gateway, 3);
      expect(errors.map(({ kind }) => kind)).to.deep.equal(['connectFailed', 'connectFailed']);
      expect(errors.map(({ message }) => message)[0]).to.match(/ECONNREFUSED/);
      expect(gateway).to.include({ connections: 3, open: 1 });
    });

    it('with an HTTP status, and the advice that came along', () => {
      const gateway = fakeGateway();
      gateway.refuse(1, { status: 503, retryAfter: '7' });
      gateway.refuse(1, { status: 403 });
      const [busy, forbidden] = errorsOf(gateway, 2);
      expect(busy).to.include({ kind: 'handshakeRejected', status: 503, retryAfter: 7000, retryable: true });
      expect(forbidden).to.include({ kind: 'handshakeRejected', status: 403, retryable: false });
    });

    it('as many as a whole number says', () => {
      expect(() => fakeGateway().refuse(-1)).to.throw(RangeError, /times/);
    });
  });

  it('tells handlers who asks: the headers of the upgrade, in lower case', async () => {
    const gateway = fakeGateway({
      commands: { who: (_data: unknown, { peer }: { peer: Peer }) => [peer.address, peer.headers] },
    });
    const session$ = connectTo(gateway, { headers: { Authorization: 'Bearer x' } });
    expect(await firstValueFrom(session$.pipe(request('who')))).to.deep.equal(['fake:1', { authorization: 'Bearer x' }]);
  });

  it('sends any message to all that are connected', () => {
    virtualTime(({ acts, flush }) => {
      const gateway = fakeGateway();
      const lines: string[] = [];
      const trace = tracing(lines);
      for (const name of ['a', 'b']) connectTo(gateway).subscribe((session) => session.messages.subscribe(trace(name)));
      acts('--s', { s: () => gateway.send({ kind: 'notification', topic: 'news', data: 1 }) });
      flush();
      const text = '{"kind":"notification","topic":"news","data":1}';
      expect(lines).to.deep.equal([`a ${text}`, `b ${text}`]);
    });
  });

  it('can end a peer from a handler, as a server would', () => {
    virtualTime(({ flush }) => {
      const gateway = fakeGateway({ commands: { kick: (_data: unknown, { peer }: { peer: Peer }) => peer.close(4403, 'out') } });
      const lines: string[] = [];
      connectTo(gateway).subscribe({ next: (session) => session.send('kick'), ...{ error: tracing(lines)('end').error } });
      flush();
      expect(lines).to.deep.equal(['end! connectionLost']);
      expect(gateway).to.include({ open: 0 });
      expect(gateway.closes).to.deep.equal([]);
    });
  });

  it('releases the producers of a client that is gone', () => {
    virtualTime(({ acts, cold, expectSubscriptions, flush }) => {
      const bars = cold('-');
      const gateway = fakeGateway({ topics: { bars: () => concat(bars, NEVER) } });
      connectTo(gateway)
        .pipe(topic('bars'))
        .subscribe({ error: () => undefined });
      acts('--d', { d: () => gateway.drop() });
      flush();
      expectSubscriptions(bars.subscriptions).toBe('^-!');
    });
  });

  it('checks its options', () => {
    expect(() => fakeGateway({ latency: -1 })).to.throw(RangeError, /^fakeGateway: latency/);
    expect(() => fakeGateway({ commands: { x: 1 as never } })).to.throw(TypeError, /x must be a function/);
    expect(() => fakeGateway({ topics: { x: 1 as never } })).to.throw(TypeError, /x must be a function/);
  });
});
