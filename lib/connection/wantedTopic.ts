import { type Subscriber, type Subscription, timer } from 'rxjs';
import type { GatewayError } from '../errors/gatewayErrors.js';
import type { AnySession } from './session.js';
import { sessionLink } from './sessionLink.js';
import type { TopicSpec } from './topicSpec.js';
import type { TopicSink } from './wireTopics.js';

/** A topic that somebody wants, over all the sessions of one run. */
export interface WantedTopic {
  readonly spec: TopicSpec;
  add(subscriber: Subscriber<unknown>): void;
  remove(subscriber: Subscriber<unknown>): void;
  /** Subscribes on a new session. */
  attach(session: AnySession): void;
  /** The stream is over for good: errors, or completes without an error. */
  finish(error?: unknown): void;
}

/**
 * Whom the notifications go to: plain fields and one function for all topics, and no list for a lone subscriber. With many topics each
 * object on the way is a miss of the cache.
 */
interface Audience extends TopicSink {
  only: Subscriber<unknown> | undefined;
  /** Replaced, never changed: a delivery under way goes through the list it began with. */
  subscribers: readonly Subscriber<unknown>[];
  readonly keeps: boolean;
  last: { readonly data: unknown } | undefined;
}

function deliver(this: Audience, data: unknown): void {
  if (this.keeps) this.last = { data };
  if (this.only) this.only.next(data);
  else for (const subscriber of this.subscribers) subscriber.next(data);
}

/**
 * Makes the entry of a key. `forget` is called once, when the ledger is to know it no more; `letGo` after it, when the connection is not
 * needed any more: the unsubscribe is sent by then, and a subscriber that tries again at once has taken hold of the connection.
 */
export function createWantedTopic(spec: TopicSpec, forget: () => void, letGo: () => void): WantedTopic {
  let detach: (() => void) | undefined;
  let lingering: Subscription | undefined;
  let gone = false;

  const leave = (andThen: () => void): void => {
    if (gone) return;
    gone = true;
    lingering?.unsubscribe();
    forget();
    andThen();
    letGo();
  };
  const finish = (error?: unknown): void => {
    leave(() => {
      for (const subscriber of sink.subscribers)
        if (error === undefined) subscriber.complete();
        else subscriber.error(error);
    });
  };
  const seat = (subscribers: readonly Subscriber<unknown>[]): void => {
    sink.subscribers = subscribers;
    sink.only = subscribers.length === 1 ? subscribers[0] : undefined;
  };
  const sink: Audience = {
    only: undefined,
    subscribers: [],
    keeps: spec.replay > 0,
    last: undefined,
    next: deliver,
    refused: (error: GatewayError) => {
      finish(error);
    },
    ended: () => {
      finish();
    },
    lost: () => {
      detach = undefined;
    },
  };
  const release = (): void => {
    leave(() => detach?.());
  };

  return {
    spec,
    add(subscriber) {
      lingering?.unsubscribe();
      seat([...sink.subscribers, subscriber]);
      if (sink.last) subscriber.next(sink.last.data);
    },
    remove(subscriber) {
      seat(sink.subscribers.filter((each) => each !== subscriber));
      if (sink.subscribers.length > 0 || gone) return;
      if (spec.linger === 0) release();
      else lingering = timer(spec.linger).subscribe(release);
    },
    attach(session) {
      if (detach) return;
      try {
        const leaveWire = sessionLink(session).topics.subscribe(spec.key, spec.name, spec.params, sink);
        // The subscribers, or the session, may have gone in the turn of the subscribe.
        if (gone) leaveWire();
        else if (session.open) detach = leaveWire;
      } catch (error) {
        if (session.open) finish(error);
      }
    },
    finish,
  };
}
