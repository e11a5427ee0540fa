import { expect } from 'chai';
import { concatWith, map, NEVER, type Observable, retry, timer } from 'rxjs';
import { drain, type DrainReport, type GatewayEvent, request, send, type Session, topic } from 'rxgate';
import { fakeGateway } from 'rxgate/testing';
import { tracing, virtualTime } from '../testing/virtualTime.js';
import { linesOf, pipelineTo } from './pipelines.js';

const commands = { echo: (data: unknown) => data, slow: () => timer(5).pipe(map(() => 's')), silent: () => NEVER };
const topics = { bars: () => NEVER };
const nothing: DrainReport = { unsent: 0, unanswered: 0, undelivered: 0, forced: false };
const quiet = { error: () => undefined };

interface Setting {
  readonly gateway: ReturnType<typeof fakeGateway>;
  readonly session$: Observable<Session>;
  readonly trace: ReturnType<typeof tracing>;
}

interface Row {
  readonly title: string;
  readonly before: (setting: Setting) => void;
  /** When the drain begins, and what happens meanwhile. */
  readonly diagram?: string;
  readonly steps?: Readonly<Record<string, (setting: Setting) => void>>;
  readonly deadline?: number;
  readonly latency?: number;
  readonly report: Partial<DrainReport>;
  readonly at: number;
  readonly lines?: readonly string[];
  readonly sent?: readonly string[];
  readonly closes?: readonly number[];
  readonly connections: number;
}

const rows: readonly Row[] = [
  {
    title: 'when nobody was ever subscribed: opens nothing',
    before: () => undefined,
    report: {},
    at: 2,
    connections: 0,
  },
  {
    title: 'when all that was asked failed at once: opens nothing',
    before: ({ session$, trace }) => {
      session$.pipe(request('echo', 0, { whileDisconnected: 'fail' })).subscribe(trace('r'));
    },
    report: {},
    at: 2,
    lines: ['0 r! connectionLost'],
    connections: 0,
  },
  {
    title: 'while connected and idle',
    before: ({ session$, trace }) => void session$.pipe(map(() => 's')).subscribe(trace('s')),
    report: {},
    at: 2,
    lines: ['0 s s', '2 s |'],
    closes: [1000],
    connections: 1,
  },
  {
    title: 'with topics: they complete at once',
    before: ({ session$, trace }) => void session$.pipe(topic('bars')).subscribe(trace('t')),
    report: {},
    at: 2,
    lines: ['2 t |'],
    closes: [1000],
    connections: 1,
  },
  {
    title: 'with nothing but topics: it waits for the close handshake all the same',
    before: ({ session$, trace }) => void session$.pipe(topic('bars')).subscribe(trace('t')),
    latency: 2,
    diagram: '---------d',
    report: {},
    at: 13,
    lines: ['9 t |'],
    closes: [1000],
    connections: 1,
  },
  {
    title: 'with a request in flight: it is answered first',
    before: ({ session$, trace }) => void session$.pipe(request('slow')).subscribe(trace('r')),
    report: {},
    at: 5,
    lines: ['5 r s', '5 r |'],
    sent: ['1 request slow'],
    closes: [1000],
    connections: 1,
  },
  {
    title: 'with requests that are not answered: they fail at the deadline',
    before: ({ session$, trace }) => {
      for (const name of ['a', 'b']) session$.pipe(request('silent')).subscribe(trace(name));
      session$.pipe(request('slow')).subscribe(trace('c'));
    },
    deadline: 7,
    report: { unanswered: 2 },
    at: 9,
    lines: ['5 c s', '5 c |', '9 a! gatewayClosed', '9 b! gatewayClosed'],
    closes: [1000],
    connections: 1,
  },
  {
    title: 'with a deadline of 0',
    before: ({ session$, trace }) => void session$.pipe(request('slow')).subscribe(trace('r')),
    deadline: 0,
    report: { unanswered: 1 },
    at: 2,
    lines: ['2 r! gatewayClosed'],
    connections: 1,
  },
  {
    title: 'while waiting to retry: what waits fails and was never sent, and the retry is not made',
    before: ({ gateway, session$, trace }) => {
      gateway.refuse();
      session$.pipe(request('echo')).subscribe(trace('r'));
      session$.pipe(send('echo')).subscribe(trace('s'));
      session$.pipe(topic('bars')).subscribe(trace('t'));
    },
    report: { unsent: 2 },
    at: 2,
    lines: ['2 r! gatewayClosed', '2 s! gatewayClosed', '2 t |'],
    sent: [],
    connections: 1,
  },
  {
    title: 'while connecting: the gateway hears of no session',
    before: ({ session$, trace }) => void session$.pipe(request('echo')).subscribe(trace('r')),
    latency: 10,
    report: { unsent: 1 },
    at: 2,
    lines: ['2 r! gatewayClosed'],
    sent: [],
    closes: [],
    connections: 1,
  },
  {
    title: 'when the session is lost meanwhile: that ends it, without a retry',
    before: ({ session$, trace }) => void session$.pipe(request('silent')).subscribe(trace('r')),
    diagram: '--d-x',
    steps: { x: ({ gateway }) => gateway.drop() },
    report: { unanswered: 1, forced: true },
    at: 4,
    lines: ['4 r! connectionLost'],
    closes: [],
    connections: 1,
  },
  {
    title: 'when the gateway closes meanwhile',
    before: ({ session$ }) => void session$.pipe(request('silent')).subscribe(quiet),
    diagram: '--d-x',
    steps: { x: ({ gateway }) => gateway.drop(1001) },
    report: { unanswered: 1, forced: true },
    at: 4,
    closes: [],
    connections: 1,
  },
  {
    title: 'when the close is never answered: forced after closeTimeout',
    before: ({ session$ }) => void session$.subscribe(),
    diagram: '-xd',
    steps: { x: ({ gateway }) => gateway.silence() },
    report: { forced: true },
    at: 2_002,
    connections: 1,
  },
  {
    title: 'when an idempotent request loses its session meanwhile: it is not taken back',
    before: ({ session$, trace }) => void session$.pipe(request('silent', 0, { idempotent: true })).subscribe(trace('r')),
    diagram: '--d-x',
    steps: { x: ({ gateway }) => gateway.drop() },
    report: { unanswered: 1, forced: true },
    at: 4,
    lines: ['4 r! gatewayClosed'],
    connections: 1,
  },
  {
    title: 'with new requests, sends and topics meanwhile: refused, or complete',
    before: ({ session$ }) => void session$.pipe(request('slow')).subscribe(),
    diagram: '--dn',
    steps: {
      n: ({ session$, trace }) => {
        session$.pipe(request('echo')).subscribe(trace('r'));
        session$.pipe(send('echo')).subscribe(trace('s'));
        session$.pipe(topic('bars')).subscribe(trace('t'));
        session$.pipe(map(() => 's')).subscribe(trace('session'));
      },
    },
    report: {},
    at: 5,
    lines: ['3 r! gatewayClosed', '3 s! gatewayClosed', '3 t |', '3 session |'],
    sent: ['1 request slow'],
    connections: 1,
  },
  {
    title: 'with a request that follows the end of a topic at once: refused too',
    before: ({ session$, trace }) => {
      session$.pipe(topic('bars'), concatWith(session$.pipe(request('echo', 'e')))).subscribe(trace('t'));
    },
    report: {},
    at: 2,
    lines: ['2 t! gatewayClosed'],
    sent: ['1 subscribe bars'],
    connections: 1,
  },
  {
    title: 'with a waiting request that is asked again at once: refused too',
    before: ({ gateway, session$, trace }) => {
      gateway.refuse();
      session$.pipe(request('echo'), retry(3)).subscribe(trace('r'));
    },
    report: { unsent: 1 },
    at: 2,
    lines: ['2 r! gatewayClosed'],
    connections: 1,
  },
];

describe('drain', () => {
  for (const { title, before, diagram = '--d', steps = {}, deadline, latency, ...expected } of rows)
    it(`ends a shared stream ${title}`, () => {
      virtualTime(({ acts, flush, now }) => {
        const gateway = fakeGateway({ commands, topics, latency });
        const session$ = pipelineTo(gateway);
        const lines: string[] = [];
        const reports: unknown[] = [];
        const setting: Setting = { gateway, session$, trace: tracing(lines, now) };
        before(setting);
        const bound = Object.entries(steps).map(([name, step]) => [name, () => step(setting)] as const);
        acts(diagram, {
          d: () =>
            drain(session$, { deadline }).subscribe({
              next: (report) => reports.push({ ...report, at: now() }),
              complete: () => reports.push('complete'),
            }),
          ...Object.fromEntries(bound),
        });
        flush();
        expect(reports).to.deep.equal([{ ...nothing, ...expected.report, at: expected.at }, 'complete']);
        if (expected.lines) expect(lines).to.deep.equal(expected.lines);
        if (expected.sent)
          expect(linesOf(gateway.sent).filter((line) => !/cancel|unsub/.test(line))).to.deep.equal(expected.sent);
        if (expected.closes) expect(gateway.closes).to.deep.equal(expected.closes);
        expect(gateway.connections).to.equal(expected.connections);
      });
    });

  it('gives every subscriber the same report, also who comes later', () => {
    virtualTime(({ acts, expectObservable }) => {
      const session$ = pipelineTo(fakeGateway({ commands }));
      session$.pipe(request('slow')).subscribe();
      const drained$ = drain(session$);
      acts('           --d', { d: () => drained$.subscribe() });
      const later = '  ---^     ';
      const last = '   ------ 5ms ^     ';
      const expected = '-----(r|)';

      expectObservable(drained$, later).toBe(expected, { r: nothing });
      expectObservable(drain(session$), last).toBe('------ 5ms (r|)', { r: nothing });
    });
  });

  it('does nothing before it is subscribed to, and goes on when it is unsubscribed from', () => {
    virtualTime(({ acts, flush }) => {
      const gateway = fakeGateway({ commands });
      const session$ = pipelineTo(gateway);
      const lines: string[] = [];
      session$.pipe(request('slow')).subscribe(tracing(lines)('r'));
      const drained$ = drain(session$);
      acts('--d', { d: () => drained$.subscribe().unsubscribe() });
      flush();
      expect(lines).to.deep.equal(['r s', 'r |']);
      expect(gateway.closes).to.deep.equal([1000]);
    });
  });

  it('leaves the stream completed for good', () => {
    virtualTime(({ acts, expectObservable, flush }) => {
      const gateway = fakeGateway();
      const session$ = pipelineTo(gateway);
      acts('           d', { d: () => drain(session$).subscribe() });
      const late = '   ---^';
      const expected = '---|';

      expectObservable(session$, late).toBe(expected);
      expectObservable(session$.pipe(topic('bars')), late).toBe(expected);
      flush();
      expect(gateway.connections).to.equal(0);
    });
  });

  it('counts what the socket had taken and never handed on, unless the close was clean after all', () => {
    for (const silent of [true, false])
      virtualTime(({ acts, flush }) => {
        const gateway = fakeGateway();
        const webSocketFactory: typeof gateway.webSocketFactory = (...args) =>
          Object.defineProperty(gateway.webSocketFactory(...args), 'bufferedAmount', { value: 42 });
        const session$ = pipelineTo({ ...gateway, webSocketFactory });
        session$.subscribe();
        const reports: DrainReport[] = [];
        acts('-xd', {
          x: () => {
            if (silent) gateway.silence();
          },
          d: () => drain(session$).subscribe((report) => reports.push(report)),
        });
        flush();
        expect(reports).to.deep.equal([silent ? { ...nothing, undelivered: 42, forced: true } : nothing]);
      });
  });

  it('reports closing and closed as events', () => {
    virtualTime(({ acts, flush, now }) => {
      const types: string[] = [];
      const events = { next: ({ type }: GatewayEvent) => types.push(`${now()} ${type}`) };
      const session$ = pipelineTo(fakeGateway({ commands }), { events });
      session$.pipe(request('slow')).subscribe();
      acts('--d', { d: () => drain(session$).subscribe() });
      flush();
      expect(types).to.deep.equal(['0 resumed', '2 closing', '5 closed']);
    });
  });

  it('needs a stream right out of shareSession', () => {
    const session$ = pipelineTo(fakeGateway());
    expect(() => drain(session$.pipe(map((session) => session)))).to.throw(TypeError, /session\$.*shareSession/);
    for (const none of [undefined, null, 5])
      expect(() => drain(none as never)).to.throw(TypeError, /^drain: session\$ must come right out of shareSession/);
    for (const config of [500, null])
      expect(() => drain(session$, config as never)).to.throw(TypeError, /^drain: options must be/);
    expect(() => drain(session$, { deadline: -1 })).to.throw(RangeError, /^drain: deadline/);
  });
});
