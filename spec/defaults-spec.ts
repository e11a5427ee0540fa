import { expect } from 'chai';
import { from, map, NEVER, type Observable, timer } from 'rxjs';
import {
  authenticate,
  connect,
  type ConnectConfig,
  drain,
  type EventObserver,
  type GatewayEvent,
  heartbeat,
  request,
  requestEach,
  retryBackoff,
  send,
  type Session,
  shareSession,
  topic,
  type Untyped,
} from 'rxgate';
import { commandNotify } from 'rxgate/protocols';
import { type FakeGateway, fakeGateway } from 'rxgate/testing';
import { tracing, type VirtualTime, virtualTime } from './testing/virtualTime.js';

const connectTo = ({ webSocketFactory }: FakeGateway, config: Partial<ConnectConfig<Untyped>> = {}): Observable<Session> =>
  connect({ url: 'ws://fake', protocol: commandNotify(), webSocketFactory, ...config });

interface Stage {
  readonly lines: string[];
  readonly trace: ReturnType<typeof tracing>;
  /** Notes the events of these types, as `3 retrying 1`. */
  noting(say: (event: GatewayEvent) => string | undefined): EventObserver;
  readonly time: VirtualTime;
  /** Unsubscribes then, so that virtual time ends. */
  until(ms: number, subscription: { unsubscribe(): void }): void;
}

/** Plays a scene to its end; what was noted, each with its time in ms. */
const play = (scene: (stage: Stage) => void): string[] => {
  const lines: string[] = [];
  virtualTime((time) => {
    scene({
      lines,
      trace: tracing(lines, time.now),
      noting: (say) => ({
        observed: true,
        next: (event) => {
          const text = say(event);
          if (text !== undefined) lines.push(`${time.now()} ${text}`);
        },
      }),
      time,
      until: (ms, subscription) => void timer(ms).subscribe(() => subscription.unsubscribe()),
    });
    time.flush();
  });
  return lines;
};

const commands = { silent: () => NEVER };
const almostOne = () => 1 - 2 ** -52;

/** One line for each entry of the table of defaults; each observes the behaviour, and names no option. */
const table: readonly (readonly [entry: string, scene: (stage: Stage) => void, lines: readonly string[]])[] = [
  [
    'connect: 10 s',
    ({ trace }) => {
      const gateway = fakeGateway();
      gateway.silence();
      connectTo(gateway).subscribe(trace('session'));
    },
    ['10000 session! connectTimeout'],
  ],
  [
    'close: 2 s',
    ({ trace }) => {
      const gateway = fakeGateway();
      connectTo(gateway).subscribe({
        next: (session) =>
          timer(1).subscribe(() => {
            gateway.silence();
            session.close();
          }),
        complete: trace('session').complete,
      });
    },
    ['2001 session |'],
  ],
  [
    'heartbeat: after 25 s of silence',
    ({ noting, until }) => {
      const events = noting((event) => (event.type === 'sent' ? event.kind : undefined));
      until(
        90_000,
        connectTo(fakeGateway(), { events })
          .pipe(heartbeat({ random: () => 0 }))
          .subscribe(),
      );
    },
    ['0 ping', '25000 ping', '50000 ping', '75000 ping'],
  ],
  [
    'heartbeat: missed after 5 s',
    ({ trace }) => {
      const gateway = fakeGateway();
      connectTo(gateway)
        .pipe(
          heartbeat({ random: () => 0.5 }),
          map(({ id }) => id),
        )
        .subscribe(trace('session'));
      timer(1).subscribe(gateway.silence);
    },
    ['0 session 1', '17500 session! heartbeatTimeout'],
  ],
  [
    'backoff: from 1 s',
    ({ noting, until }) => {
      const gateway = fakeGateway();
      gateway.refuse(5);
      const events = noting((event) => (event.type === 'retrying' ? `in ${event.delay}` : undefined));
      until(
        60_000,
        connectTo(gateway)
          .pipe(retryBackoff({ events, random: () => 0 }))
          .subscribe(),
      );
    },
    ['0 in 1000', '1000 in 1000', '2000 in 1000', '3000 in 1000', '4000 in 1000'],
  ],
  [
    'backoff: to 30 s, up to three times the delay before (decorrelated)',
    ({ lines, until }) => {
      const gateway = fakeGateway();
      gateway.refuse(6);
      const next = (event: GatewayEvent) => {
        if (event.type === 'retrying') lines.push(`in ${Math.round(event.delay)}`);
      };
      until(
        200_000,
        connectTo(gateway)
          .pipe(retryBackoff({ events: { next }, random: almostOne }))
          .subscribe(),
      );
    },
    ['in 3000', 'in 9000', 'in 27000', 'in 30000', 'in 30000', 'in 30000'],
  ],
  [
    'attempts: unbounded',
    ({ trace, until }) => {
      const gateway = fakeGateway();
      gateway.refuse(500);
      const retried = connectTo(gateway).pipe(
        retryBackoff({ random: () => 0 }),
        map(({ id }) => id),
      );
      until(500_001, retried.subscribe(trace('session')));
    },
    ['500000 session 501'],
  ],
  [
    'resetAfter: 5 s',
    ({ noting, until }) => {
      const gateway = fakeGateway();
      const events = noting((event) => (event.type === 'retrying' ? `attempt ${event.attempt}` : undefined));
      until(
        60_000,
        connectTo(gateway)
          .pipe(retryBackoff({ events, random: () => 0 }))
          .subscribe(),
      );
      // It lives 1 s, 4.999 s and 5 s.
      for (const at of [1_000, 2_000 + 4_999, 7_999 + 5_000]) timer(at).subscribe(() => gateway.drop());
    },
    ['1000 attempt 2', '6999 attempt 3', '12999 attempt 1'],
  ],
  [
    'linger: 0',
    ({ lines, time }) => {
      const gateway = fakeGateway({ topics: { bars: () => NEVER } });
      const session$ = connectTo(gateway).pipe(shareSession());
      const subscriptions = [session$.subscribe(), session$.pipe(topic('bars')).subscribe()];
      timer(5).subscribe(() => subscriptions[1]?.unsubscribe());
      timer(6).subscribe(() => {
        lines.push(`${time.now()} ${gateway.sent.at(-1)?.kind}`);
        subscriptions[0]?.unsubscribe();
      });
      timer(7).subscribe(() => lines.push(`${time.now()} ${gateway.closes.join()}`));
    },
    ['6 unsubscribe', '7 1000'],
  ],
  [
    'request: 10 s',
    ({ trace }) => {
      connectTo(fakeGateway({ commands })).pipe(request('silent')).subscribe(trace('reply'));
    },
    ['10000 reply! requestTimeout'],
  ],
  [
    'request, send: 10 s in line',
    ({ trace }) => {
      const gateway = fakeGateway();
      gateway.silence();
      const session$ = connectTo(gateway, { connectTimeout: Infinity }).pipe(shareSession());
      session$.pipe(request('x')).subscribe(trace('request'));
      session$.pipe(send('x')).subscribe(trace('send'));
    },
    ['10000 request! requestTimeout', '10000 send! requestTimeout'],
  ],
  [
    'confirmation: 10 s',
    ({ trace }) => {
      const gateway = fakeGateway();
      const session$ = connectTo(gateway).pipe(shareSession());
      session$.subscribe().add(timer(1).subscribe(gateway.silence));
      timer(2).subscribe(() => session$.pipe(topic('bars')).subscribe(trace('bars')));
      timer(20_000).subscribe(() => {
        gateway.speak();
        drain(session$).subscribe();
      });
    },
    ['10002 bars! subscriptionRejected'],
  ],
  [
    'waiting line: 1,000',
    ({ trace, lines }) => {
      const gateway = fakeGateway();
      gateway.silence();
      const session$ = connectTo(gateway).pipe(shareSession());
      for (let n = 1; n <= 1_001; n++) session$.pipe(send('x')).subscribe(trace(`${n}`));
      timer(1).subscribe(() => drain(session$).subscribe());
      timer(2).subscribe(() => lines.splice(1, 1_000));
    },
    ['0 1001! outboxOverflow'],
  ],
  [
    'waiting items of requestEach: 1,000, one request at a time',
    ({ trace, lines }) => {
      const gateway = fakeGateway({ commands });
      const session$ = connectTo(gateway).pipe(shareSession());
      // One is under way, 1,000 wait, and one is too many.
      from(Array.from({ length: 1_002 }, (_, index) => index))
        .pipe(
          requestEach(session$, 'silent', { settle: true }),
          map(({ item }) => item),
        )
        .subscribe(trace('item'));
      timer(1).subscribe(() => drain(session$, { deadline: 0 }).subscribe());
      timer(9).subscribe(() => lines.splice(1));
    },
    ['0 item 1001'],
  ],
  [
    'held notifications: 1,000',
    ({ lines, until }) => {
      const gateway = fakeGateway({ topics: { bars: () => NEVER }, latency: 10 });
      const values: unknown[] = [];
      // Connected at 20; the subscribe is answered at 40.
      const subscription = connectTo(gateway)
        .pipe(topic('bars'))
        .subscribe((value) => values.push(value));
      timer(25).subscribe(() => {
        for (let n = 1; n <= 1_001; n++) gateway.send({ kind: 'notification', topic: 'bars', data: n });
      });
      until(50, subscription);
      timer(60).subscribe(() => lines.push(`${values.length} from ${String(values[0])} to ${String(values.at(-1))}`));
    },
    ['1000 from 2 to 1001'],
  ],
  [
    'drain: 5 s',
    ({ trace }) => {
      const session$ = connectTo(fakeGateway({ commands })).pipe(shareSession());
      session$.pipe(request('silent')).subscribe(trace('reply'));
      timer(1).subscribe(() => drain(session$).subscribe(trace('report')));
    },
    ['5001 reply! gatewayClosed', '5001 report {"unsent":0,"unanswered":1,"undelivered":0,"forced":false}', '5001 report |'],
  ],
  [
    'handshake of authenticate: 10 s',
    ({ trace }) => {
      const gateway = fakeGateway();
      connectTo(gateway)
        .pipe(authenticate(() => NEVER))
        .subscribe(trace('session'));
    },
    ['10000 session! authentication'],
  ],
];

describe('the defaults', () => {
  for (const [entry, scene, lines] of table)
    it(entry, () => {
      expect(play(scene)).to.deep.equal(lines);
    });
});
