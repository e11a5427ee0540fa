import { Observable, ReplaySubject, share, Subject, type Subscriber, tap, timer, type Unsubscribable } from 'rxjs';
import { listOf, type OneOrMany, putItem } from './oneOrMany.js';
import type { SessionLink } from './sessionLink.js';
import { tellEnd } from './tellEnd.js';
import type { TopicSpec } from './topicSpec.js';

/** The topics that somebody wants, over all the sessions of one run. */
export interface WantedTopics {
  /** Throws where others want the key with other options. */
  add(spec: TopicSpec, subscriber: Subscriber<unknown>): void;
  /** A topic is over: who asks for it from now on makes a new one. */
  forget(key: string): void;
  /** Subscribes them all on a new session; returns how many there are. */
  attach(link: SessionLink): number;
  /** No further session: all error, or complete without an error. Nothing is sent. */
  finish(error?: unknown): void;
}

/**
 * Who wants one key: they themselves go to each session in turn, and all that is kept for them is this. It is the teardown of each of them:
 * a closure for each would be a good part of an idle topic.
 */
interface WantedTopic extends Unsubscribable {
  readonly spec: TopicSpec;
  subscribers: OneOrMany<Subscriber<unknown>>;
  /** What is replayed or lingers has one subscriber for all. */
  shared: Observable<unknown> | undefined;
}

/** No topics yet. `holder` keeps the connection for as long as each is wanted. */
export function createWantedTopics(holder: { hold(): void; release(): void }): WantedTopics {
  const wanted = new Map<string, WantedTopic>();
  let carrier: SessionLink | undefined;

  const join = ({ spec }: WantedTopic, subscriber: Subscriber<unknown>): void => {
    try {
      // Who left meanwhile has nothing that would take it off the wire again.
      if (carrier?.open && !subscriber.closed) carrier.topics.join(spec, subscriber);
    } catch (error) {
      // What a session in its end cannot take, the next one will.
      if (carrier?.open) subscriber.error(error);
    }
  };
  const seat = (topic: WantedTopic, subscriber: Subscriber<unknown>): void => {
    topic.subscribers = putItem(topic.subscribers, subscriber, true);
    subscriber.add(topic);
    // First: a topic that fails at once lets go of what it holds.
    holder.hold();
    join(topic, subscriber);
  };
  /** RxJS has closed a subscriber by the time it calls this. */
  function unsubscribe(this: WantedTopic): void {
    const { key } = this.spec;
    const gone = listOf(this.subscribers).filter(({ closed }) => closed);
    // All at once: one that leaves may take others along, who then find themselves gone.
    for (const subscriber of gone) this.subscribers = putItem(this.subscribers, subscriber);
    if (!this.subscribers && wanted.get(key) === this) wanted.delete(key);
    for (const subscriber of gone) {
      carrier?.topics.leave(key, subscriber);
      // Last: the unsubscribe is to be sent by then.
      holder.release();
    }
  }
  const want = (spec: TopicSpec): WantedTopic => {
    const topic = { spec, subscribers: undefined, shared: undefined, unsubscribe };
    wanted.set(spec.key, topic);
    return topic;
  };
  const sharedOf = (topic: WantedTopic): Observable<unknown> => {
    const { replay, linger } = topic.spec;
    let live = false;
    const end = (): void => {
      live = false;
    };
    return new Observable<unknown>((subscriber) => {
      live = true;
      seat(topic, subscriber);
    }).pipe(
      tap({ error: end, complete: end }),
      share({
        connector: () => (replay ? new ReplaySubject(1) : new Subject()),
        // What has ended does not linger.
        resetOnRefCountZero: linger === 0 || (() => (live ? timer(linger) : [])),
      }),
    );
  };

  return {
    add(spec, subscriber) {
      if (subscriber.closed) return;
      const { key, replay, linger } = spec;
      const topic = wanted.get(key) ?? want(spec);
      if (topic.spec.replay !== replay || topic.spec.linger !== linger)
        throw new TypeError(`topic: replay and linger of "${key}" must be those of its other subscribers`);
      if (replay || linger) (topic.shared ??= sharedOf(topic)).subscribe(subscriber);
      else seat(topic, subscriber);
    },
    forget(key) {
      wanted.delete(key);
    },
    attach(link) {
      const { size } = wanted;
      carrier = link;
      for (const topic of wanted.values()) for (const subscriber of listOf(topic.subscribers)) join(topic, subscriber);
      return size;
    },
    finish(error) {
      // The session is over, or will be: nothing is left on it.
      carrier = undefined;
      for (const { subscribers } of wanted.values())
        for (const subscriber of [...listOf(subscribers)]) tellEnd(subscriber, error);
    },
  };
}
