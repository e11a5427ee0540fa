import { expect } from 'chai';
import { map, merge, NEVER, of, switchMap, timer } from 'rxjs';
import {
  connect,
  createCounters,
  fixedDelays,
  type GatewayEvent,
  heartbeat,
  type HeartbeatConfig,
  retryBackoff,
  type Session,
} from 'rxgate';
import { commandNotify, type HeartbeatDefaults, type Message, type Protocol } from 'rxgate/protocols';
import { type FakeSession, type FakeSessionOptions, fakeGateway, fakeSession } from 'rxgate/testing';
import sinon from 'sinon';
import { tracing, virtualTime } from '../testing/virtualTime.js';

/** The first beat after 5 ms, then one after each 10 ms of silence; 3 ms for an answer. */
const beat: HeartbeatConfig = { interval: 10, timeout: 3, random: () => 0.5 };
const other: Message = { kind: 'other', body: 1 };
const withDefaults = (defaults: HeartbeatDefaults) => ({ protocol: { ...commandNotify(), heartbeat: defaults } });

/** A wire that has no frame for a send. */
const framelessSends: Protocol = {
  ...commandNotify(),
  client: () => {
    const { encode, decode } = commandNotify().client();
    return { encode: (message) => (message.kind === 'send' ? undefined : encode(message)), decode };
  },
};

/** A wire that has no frame for a ping: the codec answers it itself. */
const framelessPings: Protocol = {
  ...commandNotify(),
  client: () => {
    const { encode, decode } = commandNotify().client();
    return {
      encode: (message) =>
        message.kind === 'ping' ? { frames: [], answers: [{ kind: 'pong', timestamp: message.timestamp }] } : encode(message),
      decode,
    };
  },
};

const oneWay: FakeSessionOptions = { heartbeat: { interval: 10, timeout: 25, oneWay: true } };
const noBeats: FakeSessionOptions = { heartbeat: { interval: Infinity } };

interface Scene {
  readonly config?: HeartbeatConfig;
  readonly session?: FakeSessionOptions;
  /** The pings are answered after so many ms. */
  readonly answer?: number;
  readonly diagram?: string;
  readonly steps?: Readonly<Record<string, (fake: FakeSession) => void>>;
  readonly until?: number;
}

/** Runs a heartbeat on one session: what was sent, the round trips and the end, each with its time. */
const watch = ({ config = beat, session = {}, answer, diagram = '-', steps = {}, until = 29 }: Scene): string[] => {
  const lines: string[] = [];
  virtualTime(({ acts, flush, now }) => {
    const next = (event: GatewayEvent) => {
      if (event.type === 'heartbeat') lines.push(`${now()} rtt ${event.rtt}`);
      if (event.type === 'sent') lines.push(`${now()} ${event.kind}`);
      if (event.type !== 'sent' || event.kind !== 'ping' || answer === undefined) return;
      const timestamp = now();
      // By way of another turn: an answer in the last ms comes after the timer of that ms.
      timer(0)
        .pipe(switchMap(() => timer(answer)))
        .subscribe(() => fake.receive({ kind: 'pong', timestamp }));
    };
    const fake = fakeSession({ events: { next, observed: true }, ...session });
    acts(diagram, Object.fromEntries(Object.entries(steps).map(([name, step]) => [name, () => step(fake)])));
    const stream = fake.session$.pipe(
      heartbeat(config),
      map(() => 'session'),
    );
    const subscription = stream.subscribe(tracing(lines, now)('stream'));
    if (until < Infinity) timer(until).subscribe(() => subscription.unsubscribe());
    flush();
  });
  expect(lines.shift()).to.equal('0 stream session');
  return lines;
};

describe('heartbeat', () => {
  const rows: readonly (readonly [title: string, scene: Scene, lines: readonly string[]])[] = [
    [
      'pings after each interval of silence, and reports the round trip',
      { answer: 1 },
      ['5 ping', '6 rtt 1', '15 ping', '16 rtt 1', '25 ping', '26 rtt 1'],
    ],
    ['P25: terminates when nothing comes within the timeout', {}, ['5 ping', '8 stream! heartbeatTimeout']],
    ['hears what arrives in the last moment', { answer: 3, until: 14 }, ['5 ping', '8 rtt 3']],
    ['does not wait longer', { answer: 4 }, ['5 ping', '8 stream! heartbeatTimeout']],
    [
      'takes any message for life',
      { diagram: '-------m', steps: { m: ({ receive }) => receive(other) } },
      ['5 ping', '15 ping', '18 stream! heartbeatTimeout'],
    ],
    [
      'takes a frame that cannot be read for life, too',
      { diagram: '-------m', steps: { m: ({ receive }) => receive('no JSON') } },
      ['5 ping', '15 ping', '18 stream! heartbeatTimeout'],
    ],
    [
      'takes a ping of the WebSocket protocol for life',
      { diagram: '-------m', steps: { m: ({ receivePing }) => receivePing() } },
      ['5 ping', '15 ping', '18 stream! heartbeatTimeout'],
    ],
    [
      'does not ping while both sides talk',
      {
        answer: 1,
        diagram: '------------sr',
        steps: { s: ({ session }) => session.send('x'), r: ({ receive }) => receive(other) },
        until: 24,
      },
      ['5 ping', '6 rtt 1', '12 send', '22 ping', '23 rtt 1'],
    ],
    [
      'pings while only the other side talks: it may be watching us',
      { answer: 1, diagram: '------------r', steps: { r: ({ receive }) => receive(other) }, until: 17 },
      ['5 ping', '6 rtt 1', '15 ping', '16 rtt 1'],
    ],
    [
      'does not take a message without a frame for a word of ours: the other side did not hear it',
      {
        session: { protocol: framelessSends },
        answer: 1,
        diagram: '------------s',
        steps: { s: ({ session }) => session.send('x') },
        until: 17,
      },
      ['5 ping', '6 rtt 1', '12 send', '15 ping', '16 rtt 1'],
    ],
    [
      'gives up nobody that it cannot ask, and takes nothing for a round trip',
      { session: { protocol: framelessPings }, until: 29 },
      ['5 ping', '15 ping', '25 ping'],
    ],
    [
      'never has two pings under way',
      { config: { ...beat, timeout: 20 }, diagram: '------------r', steps: { r: ({ receive }) => receive(other) } },
      ['5 ping', '25 ping'],
    ],
    [
      'keeps the pace of interval, where timeout is longer and the answer came early',
      { config: { ...beat, timeout: 20 }, answer: 1, until: 37 },
      ['5 ping', '6 rtt 1', '15 ping', '16 rtt 1', '25 ping', '26 rtt 1', '35 ping', '36 rtt 1'],
    ],
    [
      'asks again at the next interval, where an answer took longer than one',
      { config: { ...beat, timeout: 25 }, answer: 18, until: 31 },
      ['5 ping', '23 rtt 18', '25 ping'],
    ],
    [
      'goes on with pings while nobody waits for an answer',
      { config: { interval: 10, random: () => 0.5 }, session: { heartbeat: { timeout: Infinity } } },
      ['5 ping', '15 ping', '25 ping'],
    ],
    [
      'does not ping again before the answer came, whatever else comes in, and then at the next interval',
      {
        config: { ...beat, timeout: 40 },
        answer: 12,
        diagram: '------------r',
        steps: { r: ({ receive }) => receive(other) },
        until: 26,
      },
      ['5 ping', '17 rtt 12', '25 ping'],
    ],
    [
      'waits for as long as a timeout that is longer than interval',
      { config: { ...beat, timeout: 25 }, until: 60 },
      ['5 ping', '30 stream! heartbeatTimeout'],
    ],
    [
      "mode 'idle' counts interval and timeout from the last sign of life, where timeout is longer",
      {
        config: { ...beat, mode: 'idle', timeout: 25 },
        diagram: '------------r',
        steps: { r: ({ receive }) => receive(other) },
        until: 80,
      },
      ['47 stream! heartbeatTimeout'],
    ],
    [
      'goes on with pings that have no answer while it waits',
      { config: { random: () => 0.5 }, session: oneWay, until: 50 },
      ['5 ping', '15 ping', '25 ping', '30 stream! heartbeatTimeout'],
    ],
    [
      'waits anew after a sign of life, with pings that have no answer',
      {
        config: { random: () => 0.5 },
        session: oneWay,
        diagram: '------------r',
        steps: { r: ({ receive }) => receive(other) },
        until: 50,
      },
      ['5 ping', '15 ping', '25 ping', '35 ping', '40 stream! heartbeatTimeout'],
    ],
    [
      'does not take the answer to an earlier ping for a round trip',
      { diagram: '------a', steps: { a: ({ receive }) => receive({ kind: 'pong', timestamp: 4 }) }, until: 12 },
      ['5 ping'],
    ],
    [
      'takes an answer without a timestamp for one',
      { diagram: '------a', steps: { a: ({ receive }) => receive({ kind: 'pong' }) }, until: 12 },
      ['5 ping', '6 rtt 1'],
    ],
    [
      'jitters the first beat: at once with random 0',
      { config: { ...beat, random: () => 0 }, answer: 1, until: 3 },
      ['0 ping', '1 rtt 1'],
    ],
    [
      'jitters the first beat: late with random 0.9',
      { config: { ...beat, random: () => 0.9 }, answer: 1, until: 12 },
      ['9 ping', '10 rtt 1'],
    ],
    [
      'stops with the session',
      { diagram: '------d', steps: { d: ({ drop }) => drop() }, until: Infinity },
      ['5 ping', '6 stream! connectionLost'],
    ],
    [
      'stops with the session, by our own close',
      { diagram: '--c', steps: { c: ({ session }) => session.close() }, until: Infinity },
      ['2 stream |'],
    ],
    ['stops when it is unsubscribed from', { until: 4 }, []],
    ["mode 'idle' sends nothing, and watches", { config: { ...beat, mode: 'idle' } }, ['13 stream! heartbeatTimeout']],
    [
      "mode 'idle' counts from the last sign of life",
      { config: { ...beat, mode: 'idle' }, diagram: '----r', steps: { r: ({ receive }) => receive(other) } },
      ['17 stream! heartbeatTimeout'],
    ],
    [
      "mode 'idle' lives as long as anything comes",
      { config: { ...beat, mode: 'idle' }, diagram: '----r 8ms r 8ms r', steps: { r: ({ receive }) => receive(other) } },
      [],
    ],
    [
      "mode 'peer' answers the other side's pings, and watches them",
      {
        config: { ...beat, mode: 'peer' },
        diagram: '----r',
        steps: { r: ({ receive }) => receive({ kind: 'ping', timestamp: 1 }) },
      },
      ['4 pong', '17 stream! heartbeatTimeout'],
    ],
    [
      "mode 'frame' takes a pong of the WebSocket protocol",
      {
        config: { ...beat, mode: 'frame' },
        session: { framePings: true },
        diagram: '------r',
        steps: { r: ({ receivePing }) => receivePing(true) },
        until: 14,
      },
      ['6 rtt 1'],
    ],
    [
      "mode 'frame' misses",
      { config: { ...beat, mode: 'frame' }, session: { framePings: true } },
      ['8 stream! heartbeatTimeout'],
    ],
    [
      'starts from what the protocol says',
      { config: { random: () => 0.5 }, session: withDefaults({ mode: 'idle', interval: 6, timeout: 2 }) },
      ['8 stream! heartbeatTimeout'],
    ],
    [
      'goes by its own options where they are given, and not where they are undefined',
      {
        config: { random: () => 0.5, mode: 'message', interval: undefined, timeout: 1 },
        session: withDefaults({ mode: 'idle', interval: 6 }),
      },
      ['3 ping', '4 stream! heartbeatTimeout'],
    ],
    [
      'goes by what the greeting agreed on before what the protocol says',
      {
        config: { random: () => 0.5 },
        session: { ...withDefaults({ mode: 'idle', interval: 6, timeout: 2 }), heartbeat: { interval: 10 } },
      },
      ['12 stream! heartbeatTimeout'],
    ],
    [
      'goes by its own options before what was agreed on, and not where they are undefined',
      {
        config: { random: () => 0.5, interval: 6, timeout: undefined },
        session: { heartbeat: { mode: 'idle', interval: 10, timeout: 2 } },
      },
      ['8 stream! heartbeatTimeout'],
    ],
    [
      'neither beats nor watches where Infinity was agreed on as its interval',
      { config: { random: () => 0.5 }, session: noBeats },
      [],
    ],
    ['nor does it with a first beat at once', { config: { random: () => 0 }, session: noBeats }, []],
    [
      'beats and waits for nothing where Infinity was agreed on as its timeout',
      { config: { random: () => 0.5 }, session: { heartbeat: { interval: 10, timeout: Infinity } } },
      ['5 ping', '15 ping', '25 ping'],
    ],
    [
      "mode 'peer' allows the other side interval and timeout together, also from the start",
      { config: { mode: 'peer', random: () => 0 }, session: { heartbeat: { interval: 10, timeout: 3 } } },
      ['13 stream! heartbeatTimeout'],
    ],
    [
      'answers pings also in its other modes',
      { diagram: '--r', steps: { r: ({ receive }) => receive({ kind: 'ping' }) }, until: 4 },
      ['2 pong'],
    ],
  ];
  for (const [title, scene, lines] of rows)
    it(title, () => {
      expect(watch(scene)).to.deep.equal(lines);
    });

  it('beats on one session though another of the same stage has no heartbeat', () => {
    virtualTime(({ flush }) => {
      const fakes = [fakeSession(noBeats), fakeSession()];
      merge(...fakes.map(({ session$ }) => session$))
        .pipe(heartbeat({ timeout: 3, random: () => 0 }))
        .subscribe({ error: () => undefined });
      flush();
      expect(fakes.map(({ sent }) => sent.map(({ kind }) => kind))).to.deep.equal([[], ['ping']]);
    });
  });

  it("S11: sends pings of the WebSocket protocol in mode 'frame', one at a time", () => {
    virtualTime(({ acts, flush }) => {
      const fake = fakeSession({ framePings: true });
      const pings: number[] = [];
      const look = () => pings.push(fake.pings);
      const subscription = fake.session$.pipe(heartbeat({ ...beat, mode: 'frame' })).subscribe();
      acts('----l-lr--------lu', { l: look, r: () => fake.receivePing(true), u: () => subscription.unsubscribe() });
      flush();
      expect(pings).to.deep.equal([0, 1, 2]);
      expect(fake.sent).to.deep.equal([]);
    });
  });

  it("ends a session whose socket cannot ping, in mode 'frame': for good", () => {
    const lines: string[] = [];
    const { session$ } = fakeSession();
    let error: unknown;
    session$.pipe(heartbeat({ mode: 'frame' })).subscribe({ error: (problem: unknown) => (error = problem) });
    expect(lines).to.deep.equal([]);
    expect(error).to.include({ kind: 'connectFailed', reason: 'unsupported', retryable: false });
  });

  it('leaves no timer behind, whichever ends first', () => {
    const clock = sinon.useFakeTimers();
    try {
      for (const leave of ['session', 'subscription']) {
        const fake = fakeSession();
        const subscription = fake.session$.pipe(heartbeat(beat)).subscribe({ error: () => undefined });
        clock.tick(6);
        expect(clock.countTimers()).to.equal(1);
        if (leave === 'session') fake.drop();
        else subscription.unsubscribe();
        expect(clock.countTimers()).to.equal(0);
      }
    } finally {
      clock.restore();
    }
  });

  it('says how long it waited', () => {
    virtualTime(({ flush }) => {
      let error: unknown;
      fakeSession()
        .session$.pipe(heartbeat(beat))
        .subscribe({ error: (problem: unknown) => (error = problem) });
      flush();
      expect(error).to.include({ kind: 'heartbeatTimeout', timeout: 3, retryable: true });
    });
  });

  it('records round trips in the counters, by the clock of the connection', () => {
    virtualTime(({ flush, acts }) => {
      const counters = createCounters();
      let clock = 0;
      const fake = fakeSession({ counters, clock: () => clock });
      const subscription = fake.session$.pipe(heartbeat(beat)).subscribe();
      const answer = () => {
        clock = 700;
        fake.receive({ kind: 'pong', timestamp: 5 });
      };
      acts('------au', { a: answer, u: () => subscription.unsubscribe() });
      flush();
      expect(counters.rtt.percentile(1)).to.be.closeTo(700, 70);
    });
  });

  for (const mode of ['message', 'idle'] as const)
    it(`S11: finds a session within interval and timeout, whenever it falls silent, in mode '${mode}'`, () => {
      virtualTime(({ acts, flush, now }) => {
        const found: number[] = [];
        // One that is heard last after 0, 1, 2 … ms.
        const sessions = Array.from({ length: 40 }, (_none, last) => {
          const fake = fakeSession({ id: last });
          fake.session.closed.subscribe(() => found.push(now() - last));
          acts(`${'r'.repeat(last)}r`, { r: () => fake.receive(other) });
          return fake.session;
        });
        const stage = merge(...sessions.map((session) => of(session)), NEVER)
          .pipe(heartbeat({ mode, interval: 10, timeout: 3 }))
          .subscribe();
        timer(200).subscribe(() => stage.unsubscribe());
        flush();
        expect(found).to.have.length(40);
        expect(Math.max(...found)).to.be.within(10, 13);
      });
    });

  it('looks at many sessions in one go, and each step is late by no more than its share of the time', () => {
    virtualTime(({ flush, now }) => {
      const found: number[] = [];
      const sessions = Array.from({ length: 400 }, (_none, id) => fakeSession({ id }).session);
      for (const session of sessions) session.closed.subscribe(() => found.push(now()));
      const stage = merge(...sessions.map((session) => of(session)), NEVER)
        .pipe(heartbeat({ interval: 100, timeout: 30 }))
        .subscribe();
      timer(1_000).subscribe(() => stage.unsubscribe());
      flush();
      expect(found).to.have.length(400);
      // Three steps, each of which may wait for 400 / 200 ms.
      expect(Math.min(...found)).to.be.at.least(30);
      expect(Math.max(...found)).to.be.at.most(136);
      // Without that share, one by one.
      expect(new Set(found).size).to.be.at.most(200);
    });
  });

  it('watches many sessions: a miss ends one of them, and not the stream', () => {
    virtualTime(({ acts, flush, now }) => {
      const lines: string[] = [];
      const [one, two] = [fakeSession({ id: 1 }), fakeSession({ id: 2 })];
      const sessions = merge(of(one.session), of(two.session), NEVER);
      const subscription = sessions
        .pipe(
          heartbeat({ ...beat, mode: 'idle' }),
          map(({ id }: Session) => id),
        )
        .subscribe(tracing(lines, now)('peer'));
      acts('---------r', { r: () => two.receive(other) });
      timer(20).subscribe(() => {
        lines.push(`${one.end?.error?.kind} ${two.end?.error?.kind}`);
        subscription.unsubscribe();
      });
      flush();
      expect(lines).to.deep.equal(['0 peer 1', '0 peer 2', 'heartbeatTimeout undefined']);
    });
  });

  it('P25: a link that falls silent is left for another, and no pings have piled up', () => {
    virtualTime(({ acts, flush, now }) => {
      const lines: string[] = [];
      const gateway = fakeGateway();
      const session$ = connect({ url: 'ws://fake', protocol: commandNotify(), webSocketFactory: gateway.webSocketFactory });
      const subscription = session$
        .pipe(
          heartbeat(beat),
          retryBackoff({ strategy: fixedDelays([5]) }),
          map(({ id }) => id),
        )
        .subscribe(tracing(lines, now)('session'));
      acts('- 19ms s 3ms t', { s: gateway.silence, t: gateway.speak });
      timer(45).subscribe(() => subscription.unsubscribe());
      flush();
      // Pings at 5 and 15; silent from 20 on: the ping at 25 is answered only when the link speaks again, at 24.
      expect(lines).to.deep.equal(['0 session 1']);
      expect(gateway.sent.filter(({ kind }) => kind === 'ping')).to.have.length(4);
    });
    virtualTime(({ acts, flush, now }) => {
      const lines: string[] = [];
      const gateway = fakeGateway();
      const session$ = connect({ url: 'ws://fake', protocol: commandNotify(), webSocketFactory: gateway.webSocketFactory });
      const subscription = session$
        .pipe(
          heartbeat(beat),
          retryBackoff({ strategy: fixedDelays([5]) }),
          map(({ id }) => id),
        )
        .subscribe(tracing(lines, now)('session'));
      acts('- 19ms s 9ms t', { s: gateway.silence, t: gateway.speak });
      timer(45).subscribe(() => subscription.unsubscribe());
      flush();
      // The ping at 25 is missed at 28; the next session opens 5 ms later.
      expect(lines).to.deep.equal(['0 session 1', '33 session 2']);
      expect(gateway.closes).to.deep.equal([1006, 1000]);
    });
  });

  describe('an invalid option', () => {
    const invalid: readonly [object, typeof TypeError | typeof RangeError, RegExp][] = [
      [{ interval: 0 }, RangeError, /^heartbeat: interval/],
      [{ interval: '25 s' }, TypeError, /^heartbeat: interval/],
      [{ interval: Infinity }, RangeError, /^heartbeat: interval/],
      [{ timeout: -1 }, RangeError, /^heartbeat: timeout/],
      [{ mode: 'pong' }, TypeError, /^heartbeat: mode .*"message", "frame", "idle", "peer"/],
      [{ random: 0.5 }, TypeError, /^heartbeat: random/],
    ];
    for (const [config, type, message] of invalid)
      it(`is refused at the call: ${JSON.stringify(config)}`, () => {
        expect(() => heartbeat(config)).to.throw(type, message);
      });
  });

  it('takes no pong for a round trip that it did not ask for, and each only once', () => {
    const timestamp = 5;
    expect(
      watch({
        diagram: 'p----pp',
        steps: { p: (fake) => fake.receive({ kind: 'pong', timestamp }) },
        until: 6,
      }).filter((line) => line.includes('rtt')),
    ).to.have.length.at.most(1);
    expect(watch({ diagram: '------f', steps: { f: (fake) => fake.receivePing(true) }, until: 7 }).join()).to.not.include('rtt');
  });
});
