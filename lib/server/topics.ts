import {
  defer,
  finalize,
  merge,
  mergeMap,
  type MonoTypeOperatorFunction,
  Observable,
  of,
  share,
  type Subscription,
  takeUntil,
  tap,
} from 'rxjs';
import type { AnySession } from '../connection/session.js';
import { sessionLink } from '../connection/sessionLink.js';
import { compileTopic } from '../contract/topicTemplate.js';
import { GatewayError, type SubscriptionRejectedError } from '../errors/gatewayErrors.js';
import { checkFunction } from '../options/check.js';
import type { MessageId } from '../protocols/message.js';
import type { HandlerContext } from './handlerContext.js';

/**
 * Produces the notifications of a topic; `params` are those of its template. Called for the first peer that asks for a concrete topic;
 * the others share what it returned. Throwing a `SubscriptionRejectedError` refuses the topic with its code.
 */
export type TopicHandler<S extends AnySession = AnySession> = (
  params: Readonly<Record<string, string>>,
  context: HandlerContext<S>,
) => Observable<unknown>;

/** Options of {@link topics}. */
export interface TopicsConfig {
  /** Names the epochs of positions: a number in [0, 1). Default `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/** One topic while anybody listens: a shared producer that numbers what it produces. */
interface Producer {
  readonly epoch: string;
  offset: number;
  readonly values: Observable<unknown>;
}

type FindProducer<S extends AnySession> = (topic: string, peer: S) => Producer | undefined;

/** The producers of one subscription of the stage, by concrete topic. */
function createProducers<S extends AnySession>(
  handlers: Readonly<Record<string, TopicHandler<S>>>,
  random: () => number,
): FindProducer<S> {
  const templates = Object.entries(handlers).map(([template, handler]) => ({ match: compileTopic(template), handler }));
  const producers = new Map<string, Producer>();
  return (topic, peer) => {
    const present = producers.get(topic);
    if (present) return present;
    for (const { match, handler } of templates) {
      const params = match(topic);
      if (!params) continue;
      const producer: Producer = {
        epoch: Math.floor(random() * 2 ** 32).toString(36),
        offset: 0,
        values: handler(params, { peer }).pipe(
          tap(() => {
            producer.offset++;
          }),
          finalize(() => producers.delete(topic)),
          share(),
        ),
      };
      producers.set(topic, producer);
      return producer;
    }
    return undefined;
  };
}

const refusalOf = (error: unknown): { code: string | number; data?: unknown } =>
  error instanceof GatewayError && error.kind === 'subscriptionRejected'
    ? { code: (error as SubscriptionRejectedError).code, data: (error as SubscriptionRejectedError).data }
    : { code: 'INTERNAL_ERROR' };

/** A topic that a session listens to, for as many subscribes as asked for it. */
interface Grant {
  readonly ids: Set<MessageId>;
  values: Subscription | undefined;
}

/** Serves the topics of one session; emits nothing. */
function serveTopics<S extends AnySession>(session: S, find: FindProducer<S>): Observable<never> {
  const link = sessionLink(session);
  return new Observable(() => {
    const grants = new Map<string, Grant>();
    const refuse = (id: MessageId, topic: string, error: unknown): void => {
      if (!(error instanceof GatewayError)) link.report({ type: 'hookFailed', hook: topic, cause: error });
      link.tell({ kind: 'refusal', id, ...refusalOf(error) });
    };
    const end = (topic: string): void => {
      grants.delete(topic);
      link.tell({ kind: 'ended', topic });
    };
    const listen = (topic: string, producer: Producer): Subscription =>
      producer.values.subscribe({
        next: (data) => {
          link.tell({ kind: 'notification', topic, data, position: { epoch: producer.epoch, offset: producer.offset } });
        },
        error: (cause: unknown) => {
          link.report({ type: 'hookFailed', hook: topic, cause });
          end(topic);
        },
        complete: () => {
          end(topic);
        },
      });
    const subscribe = (id: MessageId, topic: string): void => {
      let producer: Producer | undefined;
      try {
        producer = find(topic, session);
      } catch (error) {
        refuse(id, topic, error);
        return;
      }
      if (!producer) {
        link.tell({ kind: 'refusal', id, code: 'UNKNOWN_TOPIC', message: `there is no topic "${topic}"` });
        return;
      }
      link.tell({ kind: 'confirmation', id, topic, position: { epoch: producer.epoch, offset: producer.offset } });
      // One copy of each notification is enough, however often this session asked for the topic.
      const known = grants.get(topic);
      if (known) known.ids.add(id);
      else {
        const grant: Grant = { ids: new Set([id]), values: undefined };
        grants.set(topic, grant);
        grant.values = listen(topic, producer);
      }
    };
    const unsubscribe = (id: MessageId, topic: string): void => {
      const grant = grants.get(topic);
      if (!grant?.ids.delete(id) || grant.ids.size > 0) return;
      grants.delete(topic);
      grant.values?.unsubscribe();
    };
    link.handlers.subscribe = (message) => {
      if (message.kind === 'subscribe') subscribe(message.id, message.topic);
    };
    link.handlers.unsubscribe = (message) => {
      if (message.kind === 'unsubscribe') unsubscribe(message.id, message.topic);
    };
    return () => {
      for (const grant of grants.values()) grant.values?.unsubscribe();
    };
  });
}

/**
 * Serves topics to the other side, by name or by template.
 *
 * Emits each session as it comes. A subscribe is confirmed under the concrete name, or refused: `UNKNOWN_TOPIC`, the code of a
 * `SubscriptionRejectedError` that the handler threw, or `INTERNAL_ERROR` (reported as `hookFailed`). Each concrete topic has one producer,
 * subscribed with the first peer and released with the last, disconnects included. Its values go out numbered; when it completes, or
 * errors, the topic ends. Errors and completes with the source. Unsubscribing releases all producers. After a reconnect a client
 * subscribes again, and is served as a new peer.
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
  for (const [template, handler] of Object.entries(handlers)) checkFunction('topics', template, handler);
  checkFunction('topics', 'random', random);
  return (source) =>
    defer(() => {
      const find = createProducers(handlers, random);
      return source.pipe(mergeMap((session) => merge(serveTopics(session, find).pipe(takeUntil(session.closed)), of(session))));
    });
}
