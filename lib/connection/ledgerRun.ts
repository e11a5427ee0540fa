import { filter, noop, type Observable, ReplaySubject, type Subscriber, Subscription, timer } from 'rxjs';
import { GatewayClosedError, OutboxOverflowError } from '../errors/gatewayErrors.js';
import type { GatewayEvent } from '../events/gatewayEvent.js';
import { type Deadlines, rest, sweep, watch } from './deadlines.js';
import { notConnected } from './notConnected.js';
import type { AnySession } from './session.js';
import { sessionLink } from './sessionLink.js';
import { tellEnd } from './tellEnd.js';
import type { TopicSpec } from './topicSpec.js';
import { expire, start, type Waiting, type WaitingHome } from './waiting.js';
import { createWantedTopics } from './wantedTopics.js';

/** How a ledger runs. */
export interface LedgerSettings {
  readonly linger: number;
  readonly maxWaiting: number;
  report(event: GatewayEvent): void;
}

/** A shared stream while it is in use: from its first subscriber until linger ends, or until the source is over for good. */
export interface LedgerRun {
  /** The session, if one is open and everything owed to it was sent. */
  readonly current: AnySession | undefined;
  /** The requests and sends that wait for the next session, in the order of their subscription. */
  readonly line: ReadonlySet<Waiting>;
  /** Keeps the connection wanted; the first hold begins it. What is registered before it is served by the first session. */
  hold(): void;
  release(): void;
  /** A topic is over: who asks for it from now on makes a new one. */
  forget(key: string): void;
  /** Sends now, or puts in line; fails at once where there is no session and it does not wait for one. */
  place(waiting: Waiting): void;
  topic(spec: TopicSpec, subscriber: Subscriber<unknown>): void;
  sessions(subscriber: Subscriber<AnySession>): () => void;
  /** What is wanted ends, the sessions' subscribers stay: topics complete and what waits fails, or all with `error`. */
  wind(error?: unknown): void;
  /** The end, for everybody: with `error`, or as the application's close without one. */
  finish(error?: unknown): void;
}

/**
 * A run over `source`. `onOver` is called once, before anybody is told. Without settings it is one for a subscription to a stream whose
 * own ledger is out of sight: what it keeps ends with the subscription.
 */
export function createLedgerRun(source: Observable<AnySession>, settings?: LedgerSettings, onOver: () => void = noop): LedgerRun {
  const { linger, maxWaiting, report } = settings ?? { linger: 0, maxWaiting: 1_000, report: noop };
  // A Set keeps the order and forgets any of its members at once.
  const line = new Set<Waiting>();
  const sessions = new ReplaySubject<AnySession>(1);
  let current: AnySession | undefined;
  let lingering: Subscription | undefined;
  let held = 0;

  // What is settled leaves the line by itself: see `place`.
  const deadlines: Deadlines = { due: Infinity, sweep: () => sweep(line, expire) };
  const connection = new Subscription();

  const retake = (waiting: Waiting): void => {
    if (line.size >= maxWaiting) waiting.subscriber.error(new OutboxOverflowError(maxWaiting));
    else {
      line.add(waiting);
      watch(deadlines, waiting.deadline);
    }
  };

  const unline = (waiting: Waiting): void => {
    if (line.delete(waiting) && line.size === 0) rest(deadlines);
  };

  const take = (session: AnySession): void => {
    const link = sessionLink(session);
    let sent = 0;
    link.ready();
    link.holder ??= run;
    const topics = wanted.attach(link);
    for (const waiting of line) {
      if (!session.open) break;
      unline(waiting);
      start(link, waiting);
      sent++;
    }
    if (!session.open) return;
    // From here on nothing is put in line, and whoever subscribes is given the session at once.
    current = session;
    if (topics + sent > 0) report({ type: 'resumed', session: session.id, topics, sent });
    sessions.next(session);
  };

  const stop = (): void => {
    onOver();
    watch(deadlines, -Infinity);
    connection.unsubscribe();
  };
  const wind = (error?: unknown): void => {
    for (const { subscriber } of line) subscriber.error(error ?? new GatewayClosedError());
    wanted.finish(error);
  };
  const finish = (error?: unknown): void => {
    stop();
    wind(error);
    tellEnd(sessions, error);
  };
  const hold = (): void => {
    const first = !held++ && !lingering;
    lingering?.unsubscribe();
    // A run that is over connects no more.
    if (first && !connection.closed) connection.add(source.subscribe({ next: take, error: finish, complete: finish }));
  };
  const release = (): void => {
    if (--held || connection.closed) return;
    if (linger) connection.add((lingering = timer(linger).subscribe(stop)));
    else stop();
  };

  const home: WaitingHome = {
    retake,
    leave(waiting) {
      unline(waiting);
      release();
    },
  };

  const run: LedgerRun = {
    get current() {
      return current?.open ? current : undefined;
    },
    ...{ line, hold, release, wind, finish },
    forget: (key) => {
      wanted.forget(key);
    },
    place(waiting) {
      const { spec, subscriber } = waiting;
      const waits = spec.options.whileDisconnected === 'wait';
      const session = run.current;
      waiting.home = home;
      if (session) start(sessionLink(session), waiting);
      // A stream without a ledger in sight shows its session only to who subscribes.
      else if (waits || !settings) retake(waiting);
      else subscriber.error(notConnected());
      // Settled already: nothing that a connection would have to be held, or even opened, for.
      if (subscriber.closed) return;
      // First: who leaves while the connection is begun is not to be sent.
      subscriber.add(waiting);
      hold();
      if (!waits && line.has(waiting)) subscriber.error(notConnected());
    },
    topic(spec, subscriber) {
      wanted.add(settings ? spec : { ...spec, linger: 0 }, subscriber);
    },
    sessions(subscriber) {
      // Held first: on hearing of the session, a newcomer may let go of what held the connection until now.
      hold();
      sessions.pipe(filter((session) => session.open)).subscribe(subscriber);
      return release;
    },
  };
  const wanted = createWantedTopics(run);
  return run;
}
