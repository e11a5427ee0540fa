import { concat, defer, EMPTY, filter, from, map, merge, type Observable, Subject, takeUntil } from 'rxjs';
import { checkFunction } from '../options/check.js';
import type { Peer } from '../server/peer.js';
import type { TopicHandler } from '../server/topicHandler.js';

/** Handlers that also say what is published by hand. */
export interface FakePublisher {
  readonly handlers: Readonly<Record<string, TopicHandler<Peer>>>;
  publish(topic: string, data: unknown): void;
}

/** Adds publishing by hand to the handlers of topics. What a handler produces, and when it ends, is as without it. */
export function createFakePublisher(given: Readonly<Record<string, TopicHandler<Peer>>>): FakePublisher {
  const published = new Subject<{ readonly topic: string; readonly data: unknown }>();
  const withPublished = (name: string, values: Observable<unknown>): Observable<unknown> => {
    const over = new Subject<void>();
    const byHand = published.pipe(
      filter(({ topic }) => topic === name),
      map(({ data }) => data),
      takeUntil(over),
    );
    const end = defer(() => {
      over.next();
      return EMPTY;
    });
    return merge(byHand, concat(values, end));
  };
  const handlers = Object.entries(given).map(([template, handler]) => {
    checkFunction('fakeGateway', `topics.${template}`, handler);
    const both: TopicHandler<Peer> = (params, context) => withPublished(context.topic, from(handler(params, context)));
    return [template, both] as const;
  });
  return {
    handlers: Object.fromEntries(handlers),
    publish: (topic, data) => {
      published.next({ topic, data });
    },
  };
}
