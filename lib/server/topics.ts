import { defer, merge, mergeMap, type MonoTypeOperatorFunction, Observable, of, type Subscription, takeUntil } from 'rxjs';
import type { AnySession } from '../connection/session.js';
import { sessionLink } from '../connection/sessionLink.js';
import type { GatewayError, SubscriptionRejectedError } from '../errors/gatewayErrors.js';
import { checkFunction, checkObject } from '../options/check.js';
import type { MessageId, RefusalMessage, SubscribeMessage } from '../protocols/message.js';
import type { TopicHandler } from './topicHandler.js';
import { createProducers, type FindProducer, type Producer } from './topicProducers.js';

/** Options of {@link topics}. */
export interface TopicsConfig {
  /** Names the epochs of positions: a number in [0, 1). Default `Math.random`. */
  readonly random?: (() => number) | undefined;
}

const refusalOf = (error: unknown): Omit<RefusalMessage, 'kind' | 'id'> | undefined => {
  if ((error as Partial<GatewayError> | null | undefined)?.kind !== 'subscriptionRejected') return undefined;
  const { code, data, detail } = error as SubscriptionRejectedError;
  return { code, message: detail, data };
};

/** A topic that a session listens to, for as many subscribes as asked for it. */
interface Grant {
  readonly ids: Set<MessageId>;
  values: Subscription | undefined;
}

/** Serves the topics of one stage on one session; emits nothing. */
function serveTopics<S extends AnySession>(session: S, find: FindProducer<S>): Observable<never> {
  return new Observable(() => {
    const link = sessionLink(session);
    const { handlers } = link;
    // The stages before this one, which may know what this one does not.
    const before = { subscribe: handlers.subscribe, unsubscribe: handlers.unsubscribe };
    const grants = new Map<string, Grant>();
    const names = new Map<MessageId, string>();
    let over = false;

    const end = (name: string): void => {
      for (const id of grants.get(name)?.ids ?? []) names.delete(id);
      grants.delete(name);
      link.tell({ kind: 'ended', topic: name });
    };
    const listen = (name: string, producer: Producer): Subscription =>
      producer.values.subscribe({
        next: ({ data, position }) => {
          link.tell({ kind: 'notification', topic: name, data, position });
        },
        error: (cause: unknown) => {
          link.report({ type: 'hookFailed', hook: name, cause });
          end(name);
        },
        complete: () => {
          end(name);
        },
      });
    const grant = ({ id, key: name }: SubscribeMessage, producer: Producer): void => {
      link.tell({ kind: 'confirmation', id, topic: name, position: producer.position });
      names.set(id, name);
      // One copy of each notification is enough, however often this session asked for the topic.
      const known = grants.get(name);
      if (known) known.ids.add(id);
      else {
        const made: Grant = { ids: new Set([id]), values: undefined };
        grants.set(name, made);
        made.values = listen(name, producer);
      }
    };
    const leave = (id: MessageId, name: string): void => {
      names.delete(id);
      const left = grants.get(name);
      left?.ids.delete(id);
      if (!left || left.ids.size > 0) return;
      grants.delete(name);
      left.values?.unsubscribe();
    };
    const subscribe = (message: SubscribeMessage): void => {
      const { id, topic } = message;
      // An id that is asked with again stands for the new topic.
      const former = names.get(id);
      if (former !== undefined) leave(id, former);
      try {
        const producer = over ? undefined : find(message, session);
        if (producer) grant(message, producer);
        else if (before.subscribe) before.subscribe(message);
        else link.tell({ kind: 'refusal', id, code: 'UNKNOWN_TOPIC', message: `there is no topic "${topic}"` });
      } catch (error) {
        const refusal = refusalOf(error);
        if (!refusal) link.report({ type: 'hookFailed', hook: topic, cause: error });
        link.tell({ kind: 'refusal', id, ...(refusal ?? { code: 'INTERNAL_ERROR', message: 'the topic failed' }) });
      }
    };
    const mine: typeof before = {
      subscribe: (message) => {
        if (message.kind === 'subscribe') subscribe(message);
      },
      unsubscribe: (message) => {
        if (message.kind !== 'unsubscribe') return;
        const name = names.get(message.id);
        if (name === undefined) before.unsubscribe?.(message);
        else leave(message.id, name);
      },
    };
    Object.assign(handlers, mine);
    return () => {
      over = true;
      names.clear();
      for (const { values } of grants.values()) values?.unsubscribe();
      // A stage that came later has this one in its chain.
      if (handlers.subscribe === mine.subscribe) Object.assign(handlers, before);
    };
  });
}

/**
 * Serves topics to the other side, by name or by template.
 *
 * Emits each session as it comes. A subscribe is confirmed under the concrete name (with the params that came along, if any), or refused:
 * `UNKNOWN_TOPIC`, the code, text and data of a `SubscriptionRejectedError` that the handler threw, or `INTERNAL_ERROR` (reported as `hookFailed`). Each
 * concrete topic has one producer, subscribed with the first peer and released with the last, disconnects included. Its values go out
 * numbered; when it completes, or errors (reported as `hookFailed`), the topic ends. Several stages add up; of two that know a topic, the
 * later one serves it.
 *
 * Since a producer is shared, a handler is asked once per topic and not once per peer: it is no place to decide who may listen.
 *
 * Errors and completes with the source. Unsubscribing releases all producers. After a reconnect a client subscribes again, and is served
 * as a new peer.
 *
 * @example
 * serve({ port: 8080, protocol: commandNotify() })
 *   .pipe(topics({ 'bars:{symbol}:{resolution}': ({ symbol, resolution }) => bars(symbol, resolution) }))
 *   .subscribe();
 */
export function topics<S extends AnySession>(
  handlers: Readonly<Record<string, TopicHandler<S>>>,
  { random = Math.random }: TopicsConfig = {},
): MonoTypeOperatorFunction<S> {
  checkObject('topics', 'handlers', handlers);
  for (const [template, handler] of Object.entries(handlers)) checkFunction('topics', template, handler);
  checkFunction('topics', 'random', random);
  return (source) =>
    defer(() => {
      const find = createProducers(handlers, random);
      return source.pipe(mergeMap((session) => merge(serveTopics(session, find).pipe(takeUntil(session.closed)), of(session))));
    });
}
