import { type Observable, type Subscriber, Subscription, timer } from 'rxjs';
import { GatewayClosedError } from '../errors/gatewayErrors.js';
import type { GatewayEvent } from '../events/gatewayEvent.js';
import { notConnected } from './notConnected.js';
import type { PendingRequest } from './pendingRequests.js';
import type { AnySession } from './session.js';
import { sessionLink } from './sessionLink.js';
import type { TopicSpec } from './topicSpec.js';
import { createWaitingLine, sendNow, type Waiting, type WaitingLine } from './waitingLine.js';
import { createWantedTopic, type WantedTopic } from './wantedTopic.js';

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
  readonly line: WaitingLine;
  /** Keeps the connection wanted; the first hold begins it. What is registered before it is served by the first session. */
  hold(): void;
  release(): void;
  /** Sends now, or puts in line; fails at once where there is no session and it does not wait for one. */
  place(waiting: Waiting, waits: boolean): void;
  /** Takes back an idempotent request whose session was lost. */
  readonly retake: (request: PendingRequest) => void;
  topic(spec: TopicSpec, subscriber: Subscriber<unknown>): () => void;
  sessions(subscriber: Subscriber<AnySession>): () => void;
  /** No further session: topics complete, what waits fails, nothing is taken back. The sessions' subscribers stay. */
  wind(): void;
  /** The end, for everybody: with `error`, or as the application's close without one. */
  finish(error?: unknown): void;
}

/** A run over `source`. `onOver` is called once, before anybody is told. */
export function createLedgerRun(
  source: Observable<AnySession>,
  settings: LedgerSettings,
  onOver: (run: LedgerRun) => void,
): LedgerRun {
  const { linger, maxWaiting, report } = settings;
  const line = createWaitingLine(maxWaiting);
  const wanted = new Map<string, WantedTopic>();
  const consumers = new Set<Subscriber<AnySession>>();
  const connection = new Subscription();
  let current: AnySession | undefined;
  let lingering: Subscription | undefined;
  let held = 0;
  let begun = false;
  let winding = false;
  let ended: { readonly error: unknown } | undefined;

  const open = (): AnySession | undefined => (current?.open ? current : undefined);

  const finishTopics = (error?: unknown): void => {
    for (const topic of wanted.values()) topic.finish(error);
  };

  const take = (session: AnySession): void => {
    if (winding) return;
    sessionLink(session).ready();
    const topics = wanted.size;
    const attachAll = (): void => {
      for (const topic of wanted.values()) if (session.open) topic.attach(session);
    };
    attachAll();
    const sent = line.flush(session);
    if (!session.open) return;
    // From here on nothing is put in line, and whoever subscribes is given the session at once.
    current = session;
    const waiting = [...consumers];
    // What a sender asked for while the line went out.
    attachAll();
    if (topics + sent > 0) report({ type: 'resumed', session: session.id, topics, sent });
    for (const consumer of waiting) if (session.open) consumer.next(session);
  };

  const stop = (): void => {
    onOver(run);
    winding = true;
    connection.unsubscribe();
  };

  const run: LedgerRun = {
    get current() {
      return open();
    },
    line,
    hold() {
      held++;
      lingering?.unsubscribe();
      if (begun) return;
      begun = true;
      connection.add(
        source.subscribe({
          next: take,
          error: (error: unknown) => {
            run.finish(error);
          },
          complete: () => {
            run.finish();
          },
        }),
      );
    },
    release() {
      if (--held > 0 || connection.closed) return;
      if (linger === 0) stop();
      else lingering = timer(linger).subscribe(stop);
    },
    place(waiting, waits) {
      const session = open();
      if (session) sendNow(sessionLink(session), waiting);
      // A source that is over in the turn of its subscription has nobody to put in line for.
      else if (ended) waiting.subscriber.error(ended.error);
      else if (waits) line.add(waiting);
      else waiting.subscriber.error(notConnected());
    },
    retake: (request) => {
      if (winding) request.subscriber.error(new GatewayClosedError());
      else line.add(request);
    },
    topic(spec, subscriber) {
      let topic = wanted.get(spec.key);
      if (topic && (topic.spec.replay !== spec.replay || topic.spec.linger !== spec.linger)) {
        subscriber.error(new TypeError(`topic: replay and linger of "${spec.key}" must be those of its other subscribers`));
        return () => undefined;
      }
      if (topic) topic.add(subscriber);
      else {
        const made = createWantedTopic(
          spec,
          () => wanted.delete(spec.key),
          () => run.release(),
        );
        topic = made;
        wanted.set(spec.key, made);
        made.add(subscriber);
        const session = open();
        // Held first: a topic that fails at once lets go of what it holds.
        run.hold();
        if (session) made.attach(session);
      }
      const joined = topic;
      return () => {
        joined.remove(subscriber);
      };
    },
    sessions(subscriber) {
      const session = open();
      consumers.add(subscriber);
      if (session) subscriber.next(session);
      run.hold();
      return () => {
        consumers.delete(subscriber);
        run.release();
      };
    },
    wind() {
      winding = true;
      line.failAll(new GatewayClosedError());
      finishTopics();
    },
    finish(error) {
      lingering?.unsubscribe();
      ended = { error: error ?? new GatewayClosedError() };
      stop();
      finishTopics(error);
      line.failAll(ended.error);
      for (const consumer of [...consumers])
        if (error === undefined) consumer.complete();
        else consumer.error(error);
    },
  };
  return run;
}
