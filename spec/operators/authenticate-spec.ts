import { expect } from 'chai';
import {
  catchError,
  concat,
  defer,
  ignoreElements,
  map,
  merge,
  NEVER,
  type Observable,
  of,
  Subject,
  throwError,
  timer,
} from 'rxjs';
import {
  authenticate,
  type AuthenticateConfig,
  connect,
  ConnectFailedError,
  fixedDelays,
  type GatewayError,
  type GatewayEvent,
  type HandshakeContext,
  request,
  RequestFailedError,
  retryBackoff,
  type Session,
  shareSession,
} from 'rxgate';
import { commandNotify } from 'rxgate/protocols';
import { type FakeGateway, fakeGateway, type FakeSession, fakeSession } from 'rxgate/testing';
import { byKind, frozenTime, tracing, virtualTime } from '../testing/virtualTime.js';
import { linesOf } from './pipelines.js';

/** A gateway that lets in who sends one of these tokens, after 2 ms. */
const guarded = (accepted: () => readonly string[]): FakeGateway =>
  fakeGateway({
    commands: {
      login: (token: string) =>
        timer(2).pipe(
          map(() => {
            if (!accepted().includes(token)) throw new RequestFailedError('login', 'DENIED');
            return 'welcome';
          }),
        ),
      echo: (data: unknown) => data,
      silent: () => NEVER,
    },
  });

const connectTo = ({ webSocketFactory }: FakeGateway): Observable<Session> =>
  connect({ url: 'ws://fake', protocol: commandNotify(), webSocketFactory });

interface Scene {
  /** What the gateway takes. */
  readonly accepted: readonly string[];
  /** What `refresh` gives in turn; an Error is a refresh that fails. Without it there is no refresh. */
  readonly fresh?: readonly (string | Error)[];
  readonly diagram?: string;
  readonly steps?: Readonly<Record<string, (gateway: FakeGateway, revoke: (...still: string[]) => void) => void>>;
  readonly config?: AuthenticateConfig;
  readonly handshake?: (session: Session, context: HandshakeContext) => Observable<unknown>;
}

/** Runs connect, authenticate and a retry after 5 ms with the token `old`; a refresh takes 1 ms. What happens, with times. */
const run = ({ accepted, fresh, diagram = '-', steps = {}, config = {}, handshake }: Scene): string[] => {
  const lines: string[] = [];
  virtualTime(({ acts, flush, now }) => {
    let valid = accepted;
    let token = 'old';
    const left = [...(fresh ?? [])];
    const gateway = guarded(() => valid);
    const refresh = () =>
      timer(1).pipe(
        map(() => {
          const next = left.shift() ?? 'none left';
          lines.push(`${now()} refresh ${next instanceof Error ? 'failed' : next}`);
          if (next instanceof Error) throw next;
          token = next;
        }),
      );
    const log = (event: GatewayEvent) => {
      if (event.type === 'retrying')
        lines.push(`${now()} retry after ${(event.cause as { kind?: string }).kind ?? String(event.cause)}`);
    };
    acts(
      diagram,
      Object.fromEntries(Object.entries(steps).map(([name, step]) => [name, () => step(gateway, (...still) => (valid = still))])),
    );
    const login = (session: Session, context: HandshakeContext) => {
      lines.push(`${now()} login ${token}${context.refreshed ? ' (refreshed)' : ''}`);
      return session.request('login', token);
    };
    const subscription = connectTo(gateway)
      .pipe(
        authenticate(handshake ?? login, { ...(fresh && { refresh }), ...config }),
        retryBackoff({ strategy: fixedDelays([5]), maxAttempts: 6, events: { next: log } }),
        map(({ id }) => `session ${id}`),
      )
      .subscribe(tracing(lines, now)('>'));
    timer(60).subscribe(() => subscription.unsubscribe());
    flush();
  });
  return lines;
};

describe('authenticate', () => {
  frozenTime();

  const rows: readonly (readonly [title: string, scene: Scene, lines: readonly string[]])[] = [
    ['P16: passes a session on once the handshake completed', { accepted: ['old'] }, ['0 login old', '2 > session 1']],
    ['without refresh a refusal is final', { accepted: [] }, ['0 login old', '2 >! authentication']],
    [
      'refreshes before the next attempt after a refusal',
      { accepted: ['new'], fresh: ['new'] },
      ['0 login old', '2 retry after authentication', '8 refresh new', '8 login new (refreshed)', '10 > session 2'],
    ],
    [
      'a second refusal before a session was usable is final',
      { accepted: [], fresh: ['new', 'newer'] },
      ['0 login old', '2 retry after authentication', '8 refresh new', '8 login new (refreshed)', '10 >! authentication'],
    ],
    [
      'a network failure between two refusals does not make the second one the first',
      {
        accepted: [],
        fresh: ['new', 'newer'],
        diagram: '---r',
        steps: { r: (gateway) => gateway.refuse() },
      },
      [
        '0 login old',
        '2 retry after authentication',
        '8 refresh new',
        '8 retry after connectFailed',
        '13 login new (refreshed)',
        '15 >! authentication',
      ],
    ],
    [
      'a session that is lost during the handshake says nothing about the credential',
      { accepted: ['old'], fresh: ['new'], diagram: '-d', steps: { d: (gateway) => gateway.drop(1012) } },
      ['0 login old', '1 retry after connectionLost', '6 login old', '8 > session 2'],
    ],
    [
      'a 4401 during the handshake is a refusal',
      { accepted: ['old', 'new'], fresh: ['new'], diagram: '-d', steps: { d: (gateway) => gateway.drop(4401) } },
      ['0 login old', '1 retry after authentication', '7 refresh new', '7 login new (refreshed)', '9 > session 2'],
    ],
    [
      'a 4401 during the handshake with a new credential is final',
      { accepted: ['new'], fresh: ['new', 'newer'], diagram: '- 8ms d', steps: { d: (gateway) => gateway.drop(4401) } },
      ['0 login old', '2 retry after authentication', '8 refresh new', '8 login new (refreshed)', '9 >! authentication'],
    ],
    [
      'a 4401 after hours refreshes once more, and once only',
      {
        accepted: ['old'],
        fresh: ['new', 'newer'],
        diagram: '- 19ms d',
        steps: {
          d: (gateway, revoke) => {
            revoke();
            gateway.drop(4401);
          },
        },
      },
      [
        '0 login old',
        '2 > session 1',
        '20 retry after authentication',
        '26 refresh new',
        '26 login new (refreshed)',
        '28 >! authentication',
      ],
    ],
    [
      'a refreshed credential that was of use may be refreshed again',
      {
        accepted: ['new'],
        fresh: ['new', 'newer'],
        diagram: '- 19ms d',
        steps: {
          d: (gateway, revoke) => {
            revoke('newer');
            gateway.drop(4401);
          },
        },
      },
      [
        '0 login old',
        '2 retry after authentication',
        '8 refresh new',
        '8 login new (refreshed)',
        '10 > session 2',
        '20 retry after authentication',
        '26 refresh newer',
        '26 login newer (refreshed)',
        '28 > session 3',
      ],
    ],
    [
      'a 4401 without refresh is final',
      { accepted: ['old'], diagram: '----d', steps: { d: (gateway) => gateway.drop(4401) } },
      ['0 login old', '2 > session 1', '4 >! authentication'],
    ],
    [
      'HTTP 401 is a refusal',
      {
        accepted: ['new'],
        fresh: ['new'],
        diagram: '---d',
        steps: {
          d: (gateway) => {
            gateway.refuse(1, { status: 401 });
            gateway.drop();
          },
        },
        handshake: () => of(1),
      },
      ['0 > session 1', '3 retry after connectionLost', '8 retry after authentication', '14 refresh new', '14 > session 3'],
    ],
    [
      'other ends pass as they are',
      { accepted: ['old'], fresh: ['new'], diagram: '----d', steps: { d: (gateway) => gateway.drop(1008) } },
      ['0 login old', '2 > session 1', '4 >! connectionLost'],
    ],
    [
      'a refresh that fails is a failed attempt, and is tried again',
      { accepted: ['new'], fresh: [new Error('token service'), 'new'] },
      [
        '0 login old',
        '2 retry after authentication',
        '8 refresh failed',
        '8 retry after connectFailed',
        '14 refresh new',
        '14 login new (refreshed)',
        '16 > session 2',
      ],
    ],
    [
      'a handshake that takes too long is tried again: that is no refusal',
      {
        accepted: [],
        fresh: ['new'],
        config: { timeout: 3 },
        handshake: (session) => session.request('silent'),
      },
      [3, 11, 19, 27, 35].map((at) => `${at} retry after authentication`).concat('43 >! authentication'),
    ],
    [
      'a handshake that throws is tried again',
      { accepted: [], handshake: () => throwError(() => new Error('broken token service')) },
      [0, 5, 10, 15, 20].map((at) => `${at} retry after authentication`).concat('25 >! authentication'),
    ],
    [
      'a handshake function that throws is tried again',
      {
        accepted: [],
        handshake: () => {
          throw new Error('broken');
        },
      },
      [0, 5, 10, 15, 20].map((at) => `${at} retry after authentication`).concat('25 >! authentication'),
    ],
    ['a handshake that completes without a value lets in', { accepted: [], handshake: () => of() }, ['0 > session 1']],
    [
      'a handshake that asks twice lets in after the second',
      { accepted: ['old'], handshake: (session) => concat(session.request('login', 'old'), session.request('login', 'old')) },
      ['4 > session 1'],
    ],
    [
      'a gateway that failed at its work has not refused',
      {
        accepted: [],
        fresh: ['new'],
        handshake: () => throwError(() => new RequestFailedError('login', 'INTERNAL_ERROR')),
        diagram: '-',
      },
      [0, 5, 10, 15, 20].map((at) => `${at} retry after authentication`).concat('25 >! authentication'),
    ],
    [
      'an error reply that names a time to come back is no refusal, and that time is waited for',
      {
        accepted: [],
        fresh: ['new'],
        handshake: () => throwError(() => new RequestFailedError('login', 'BUSY', undefined, { retryAfter: 7 })),
        diagram: '-',
      },
      [0, 7, 14, 21, 28].map((at) => `${at} retry after authentication`).concat('35 >! authentication'),
    ],
  ];
  for (const [title, scene, lines] of rows)
    it(title, () => {
      expect(run(scene)).to.deep.equal(lines);
    });

  it('P16: sends nothing else before the handshake completed', () => {
    virtualTime(({ acts, flush }) => {
      const gateway = guarded(() => ['old']);
      const session$ = connectTo(gateway).pipe(
        authenticate((session) => session.request('login', 'old')),
        retryBackoff(),
        shareSession(),
      );
      const lines: string[] = [];
      session$.pipe(request('echo', 1)).subscribe(tracing(lines)('echo'));
      acts('-q', { q: () => session$.pipe(request('echo', 2)).subscribe() });
      flush();
      expect(linesOf(gateway.sent)).to.deep.equal(['1 request login', '1 request echo', '1 request echo']);
      expect(lines).to.deep.equal(['echo 1', 'echo |']);
    });
  });

  it('P16: after a refusal nothing else is ever sent', () => {
    virtualTime(({ flush }) => {
      const gateway = guarded(() => []);
      const session$ = connectTo(gateway).pipe(
        authenticate((session) => session.request('login', 'old')),
        retryBackoff(),
        shareSession(),
      );
      const lines: string[] = [];
      session$.pipe(request('echo', 1)).subscribe(tracing(lines)('echo'));
      flush();
      expect(linesOf(gateway.sent)).to.deep.equal(['1 request login']);
      expect(lines).to.deep.equal(['echo! authentication']);
      expect(gateway.connections).to.equal(1);
    });
  });

  it('reports the session as ready only once it was let in', () => {
    virtualTime(({ flush, now }) => {
      const lines: string[] = [];
      const gateway = guarded(() => ['old']);
      const events = { next: ({ type }: GatewayEvent) => lines.push(`${now()} ${type}`) };
      const subscription = connect({
        url: 'ws://fake',
        protocol: commandNotify(),
        webSocketFactory: gateway.webSocketFactory,
        events,
      })
        .pipe(authenticate((session) => session.request('login', 'old')))
        .subscribe();
      timer(5).subscribe(() => subscription.unsubscribe());
      flush();
      expect(lines.slice(0, 3)).to.deep.equal(['0 connecting', '0 opened', '2 ready']);
    });
  });

  describe('refresh', () => {
    it('runs once for all attempts that need it, over two subscriptions of one stream', () => {
      virtualTime(({ flush, now }) => {
        const lines: string[] = [];
        const trace = tracing(lines, now);
        const gateway = guarded(() => ['new']);
        let token = 'old';
        const refresh = () =>
          defer(() => {
            lines.push(`${now()} refresh`);
            return timer(10).pipe(map(() => (token = 'new')));
          });
        const session$ = connectTo(gateway).pipe(
          authenticate((session) => session.request('login', token), { refresh }),
          retryBackoff({ strategy: fixedDelays([5]) }),
          map(({ id }) => id),
        );
        const subscriptions = ['a', 'b'].map((name) => session$.subscribe(trace(name)));
        timer(60).subscribe(() => subscriptions.forEach((subscription) => subscription.unsubscribe()));
        flush();
        expect(lines).to.deep.equal(['7 refresh', '19 a 3', '19 b 4']);
      });
    });

    it('a refusal of the old credential that comes late says nothing about the new one', () => {
      virtualTime(({ flush, now }) => {
        const lines: string[] = [];
        const trace = tracing(lines, now);
        let token = 'old';
        const after = (ms: number) => (given: string) =>
          timer(ms).pipe(
            map(() => {
              if (given !== 'new') throw new RequestFailedError('login', 'DENIED');
            }),
          );
        const gateway = fakeGateway({ commands: { login: after(2), slowLogin: after(20) } });
        let calls = 0;
        const refresh = () => timer(1).pipe(map(() => (token = 'new')));
        const session$ = connectTo(gateway).pipe(
          authenticate((session) => session.request(++calls === 2 ? 'slowLogin' : 'login', token), { refresh }),
          retryBackoff({ strategy: fixedDelays([5]) }),
          map(({ id }) => id),
        );
        const subscriptions = ['a', 'b'].map((name) => session$.subscribe(trace(name)));
        timer(60).subscribe(() => subscriptions.forEach((subscription) => subscription.unsubscribe()));
        flush();
        expect(lines).to.deep.equal(['10 a 3', '27 b 4']);
      });
    });

    it('is subject to the timeout', () => {
      virtualTime(({ expectObservable }) => {
        const gateway = guarded(() => []);
        let refused = 0;
        const session$ = connectTo(gateway).pipe(
          authenticate((session) => session.request('login', 'old'), { refresh: () => NEVER, timeout: 7 }),
        );
        // Refused after 2 ms; the second attempt begins with the refresh.
        const twice$ = session$.pipe(
          catchError((error: unknown, again) => {
            if (refused++ > 0) throw error;
            return again;
          }),
        );
        expectObservable(byKind(twice$)).toBe('--- 6ms #', undefined, 'connectFailed');
      });
    });

    it('is told as an event, and no event holds a credential', () => {
      virtualTime(({ flush }) => {
        const reported: GatewayEvent[] = [];
        const events = { next: (event: GatewayEvent) => reported.push(event), observed: true };
        const gateway = guarded(() => []);
        connect({ url: 'ws://fake?token=secret', protocol: commandNotify(), webSocketFactory: gateway.webSocketFactory, events })
          .pipe(
            authenticate((session) => session.request('login', 'secret'), { refresh: () => of('secret'), events }),
            retryBackoff({ strategy: fixedDelays([5]), events }),
          )
          .subscribe({ error: () => undefined });
        flush();
        expect(reported.map(({ type }) => type)).to.include('refreshing');
        expect(JSON.stringify(reported)).to.not.include('secret');
      });
    });
  });

  it('keeps the credentials of two streams apart', () => {
    virtualTime(({ flush, now }) => {
      const lines: string[] = [];
      const trace = tracing(lines, now);
      const stage = authenticate<Session>((session, { refreshed }) => session.request('login', refreshed ? 'new' : 'old'), {
        refresh: () => of(1),
      });
      const retried = retryBackoff<Session>({ strategy: fixedDelays([5]) });
      const one = connectTo(guarded(() => ['new'])).pipe(stage, retried);
      const two = connectTo(guarded(() => ['old'])).pipe(stage, retried);
      const subscriptions = [one, two].map((session$, index) => session$.pipe(map(({ id }) => id)).subscribe(trace(`s${index}`)));
      timer(30).subscribe(() => subscriptions.forEach((subscription) => subscription.unsubscribe()));
      flush();
      expect(lines).to.deep.equal(['2 s1 1', '9 s0 2']);
    });
  });

  describe('P2: unsubscribing closes, and nothing follows', () => {
    const phases: readonly (readonly [
      phase: string,
      diagram: string,
      latency: number,
      connections: number,
      closes: readonly number[],
    ])[] = [
      ['while connecting', '-u', 5, 1, []],
      ['during the handshake', '-u', 0, 1, [1000]],
      ['while it waits to retry', '----u', 0, 1, [1006]],
      ['during the refresh', '-------u', 0, 1, [1006]],
      ['during the second handshake', '- 17ms u', 0, 2, [1006, 1000]],
    ];
    for (const [phase, diagram, latency, connections, closes] of phases)
      it(phase, () => {
        virtualTime(({ acts, flush }) => {
          const gateway = fakeGateway({
            latency,
            commands: {
              login: () =>
                timer(2).pipe(
                  map(() => {
                    throw new RequestFailedError('login', 'DENIED');
                  }),
                ),
            },
          });
          const subscription = connectTo(gateway)
            .pipe(
              authenticate((session) => session.request('login'), { refresh: () => timer(10) }),
              retryBackoff({ strategy: fixedDelays([5]) }),
            )
            .subscribe();
          acts(diagram, { u: () => subscription.unsubscribe() });
          flush();
          expect(gateway.connections).to.equal(connections);
          expect(gateway.closes).to.deep.equal(closes);
          expect(gateway.open).to.equal(0);
        });
      });
  });

  it('terminates the session that was refused, with the refusal as the cause', () => {
    const fake = fakeSession();
    let error: unknown;
    fake.session$
      .pipe(authenticate((session) => session.request('login')))
      .subscribe({ error: (problem: unknown) => (error = problem) });
    fake.receive({ kind: 'failure', id: 1, code: 'DENIED' });
    expect(error).to.include({ kind: 'authentication', retryable: false });
    expect((error as Error).cause).to.be.instanceOf(RequestFailedError);
    expect(fake.end).to.include({ error, by: 'us', code: 1006 });
  });

  describe('says in its error what comes next', () => {
    /** The messages of one attempt after the other on one stream, each refused by `refuse`. */
    const messages = (refuse: (fake: FakeSession) => void, config: AuthenticateConfig, attempts: number): readonly string[] => {
      const told: string[] = [];
      let fake = fakeSession();
      const session$ = defer(() => (fake = fakeSession()).session$).pipe(
        authenticate((session) => session.request('login'), config),
      );
      for (let attempt = 0; attempt < attempts; attempt++) {
        session$.subscribe({
          error: (error: unknown) => {
            const { message, retryable } = error as GatewayError;
            told.push(`${message} (${retryable ? 'retryable' : 'final'})`);
          },
        });
        refuse(fake);
      }
      return told;
    };
    const denied = (fake: FakeSession): void => fake.receive({ kind: 'failure', id: 1, code: 'DENIED' });
    const sentAway = (fake: FakeSession): void => fake.drop(4401);
    const refresh = () => of('new');
    const rows: readonly [what: string, refuse: (fake: FakeSession) => void, config: AuthenticateConfig, messages: string[]][] = [
      ['there is no refresh', denied, {}, ['The credential was refused, and there is no refresh: see the cause (final)']],
      [
        'there is no refresh, after a 4401',
        sentAway,
        {},
        ['The credential was refused, and there is no refresh: see the cause (final)'],
      ],
      [
        'refresh is next, and then what it brought was refused too',
        denied,
        { refresh },
        [
          'The credential was refused, and refresh is next: see the cause (retryable)',
          'The credential was refused, and so was the one from refresh: see the cause (final)',
        ],
      ],
      [
        'the same after a 4401',
        sentAway,
        { refresh },
        [
          'The credential was refused, and refresh is next: see the cause (retryable)',
          'The credential was refused, and so was the one from refresh: see the cause (final)',
        ],
      ],
      [
        'the handshake failed, which no refresh mends',
        (fake) => fake.receive({ kind: 'failure', id: 1, code: 'INTERNAL_ERROR' }),
        { refresh },
        ['The handshake failed: see the cause (retryable)', 'The handshake failed: see the cause (retryable)'],
      ],
    ];
    for (const [what, refuse, config, expected] of rows)
      it(what, () => {
        expect(messages(refuse, config, expected.length)).to.deep.equal(expected);
      });
  });

  it('passes the advice of a failed handshake on to the retry', () => {
    virtualTime(({ expectObservable }) => {
      const { webSocketFactory } = fakeGateway({
        commands: {
          login: () => {
            throw new RequestFailedError('login', 'UNAVAILABLE', undefined, { retryAfter: 40, spread: 20 });
          },
        },
      });
      const delays = new Subject<number>();
      const events = { next: (event: GatewayEvent) => event.type === 'retrying' && delays.next(event.delay) };
      const session$ = connect({ url: 'ws://fake', protocol: commandNotify(), webSocketFactory }).pipe(
        authenticate((session) => session.request('login')),
        retryBackoff({ strategy: fixedDelays([5]), random: () => 0.5, events }),
        ignoreElements(),
      );
      expectObservable(merge(delays, session$), '50ms !').toBe('a 39ms b', { a: 40, b: 40 });
    });
  });

  it('serves many sessions: a refusal ends one of them, and not the stream', () => {
    const [one, two] = [fakeSession({ id: 1 }), fakeSession({ id: 2 })];
    const lines: string[] = [];
    concat(of(one.session, two.session), NEVER)
      .pipe(
        authenticate((session: Session) => session.request('login')),
        map(({ id }) => id),
      )
      .subscribe(tracing(lines)('peer'));
    one.receive({ kind: 'failure', id: 1, code: 'DENIED' });
    two.receive({ kind: 'reply', id: 1, last: true });
    expect(lines).to.deep.equal(['peer 2']);
    expect(one.end?.error?.kind).to.equal('authentication');
    expect(two.session.open).to.equal(true);
  });

  it('abandons the handshake of a session that is gone, and does not pass it on', () => {
    virtualTime(({ acts, expectObservable, expectSubscriptions, cold }) => {
      const { session, drop } = fakeSession();
      const handshake = cold('----|');
      const subs = '          ^-!  ';
      acts('                  --d  ', { d: () => drop() });

      expectObservable(concat(of(session), NEVER).pipe(authenticate(() => handshake))).toBe('-----');
      expectSubscriptions(handshake.subscriptions).toBe(subs);
    });
  });

  it('passes errors of its source that are none of its business', () => {
    const error = new ConnectFailedError('network', 'x');
    const lines: unknown[] = [];
    throwError(() => error)
      .pipe(authenticate(() => of(1), { refresh: () => of(1) }))
      .subscribe({ error: (problem: unknown) => lines.push(problem) });
    expect(lines).to.deep.equal([error]);
  });

  describe('an invalid option', () => {
    const invalid: readonly [unknown[], typeof TypeError | typeof RangeError, RegExp][] = [
      [[undefined], TypeError, /^authenticate: handshake/],
      [[() => of(1), { refresh: 'token' }], TypeError, /^authenticate: refresh/],
      [[() => of(1), { timeout: 0 }], RangeError, /^authenticate: timeout/],
      [[() => of(1), { timeout: '1' }], TypeError, /^authenticate: timeout/],
    ];
    for (const [args, type, message] of invalid)
      it(`is refused at the call: ${String(message)}`, () => {
        const call = (authenticate as (...args: unknown[]) => unknown).bind(undefined, ...args);
        expect(call).to.throw(type, message);
      });
  });
});
