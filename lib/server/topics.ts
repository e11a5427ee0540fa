import { defer, finalize, type MonoTypeOperatorFunction } from 'rxjs';
import type { AnySession } from '../connection/session.js';
import type { MessageHandlers, SessionLink } from '../connection/sessionLink.js';
import type { GatewayError, SubscriptionRejectedError } from '../errors/gatewayErrors.js';
import { checkCount, checkDuration, checkFunction, checkObject } from '../options/check.js';
import { lastOf } from '../options/lastOf.js';
import { readOptions } from '../options/readOptions.js';
import type { RefusalMessage, SubscribeMessage } from '../protocols/message.js';
import { allowed } from './allowed.js';
import { cutName } from './cutName.js';
import { holdPeers, type PeerHolder } from '../connection/holdPeers.js';
import { type PeerLink, peerLink } from './peerLink.js';
import { checkElsewhere, checkServed } from './servedContract.js';
import { tellAnswer } from './tellAnswer.js';
import type { Elsewhere, ServedTopic, TopicHandlers } from './contractHandlers.js';
import { createTopicGrants, type TopicGrants } from './topicGrants.js';
import type { AuthorizeTopic, TopicHandler } from './topicHandler.js';
import { createProducers, type FoundTopic, type Producers } from './topicProducers.js';

/** Options of {@link topics}. */
export interface TopicsConfig<S extends AnySession = AnySession> {
  /**
   * Whether a peer may listen, asked for each subscribe before it gets anything, while the producer stays shared: `true` or `false`, a
   * promise or an observable of it. `false` refuses with `FORBIDDEN`; a `SubscriptionRejectedError` that it throws, with that error's
   * code. Default: whoever asks may listen.
   */
  readonly authorize?: AuthorizeTopic<S> | undefined;
  /** Milliseconds that a producer outlives its last peer. Default 0. */
  readonly linger?: number | undefined;
  /** How many subscribes of one peer may be granted or under way; more are refused with `TOO_MANY_TOPICS`. Default 10 000. */
  readonly maxTopics?: number | undefined;
  /** How long the name of a topic may be that is asked for; a longer one is refused with `INVALID_DATA`. Default 256. */
  readonly maxNameLength?: number | undefined;
  /** How long the params of a topic may be, as JSON: they are part of its canonical name, in every notification. Default 4 096. */
  readonly maxParamsLength?: number | undefined;
  /** Names the epochs of positions: a number in [0, 1). Default `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/** How the topics of one subscription of the stage are served. */
interface Service<S extends AnySession> extends Producers<S> {
  readonly authorize: AuthorizeTopic<S> | undefined;
  readonly maxTopics: number;
  readonly maxNameLength: number;
  readonly maxParamsLength: number;
  /** Throws where the handlers lack what they are to have by the contract. */
  readonly check: (contract: PeerLink['contract']) => void;
}

type Refusal = Omit<RefusalMessage, 'kind' | 'id'>;

const refusalOf = (error: unknown): Refusal | undefined => {
  if ((error as Partial<GatewayError> | null | undefined)?.kind !== 'subscriptionRejected') return undefined;
  const { code, data, detail } = error as SubscriptionRejectedError;
  return { code, message: detail, data };
};

const refuse = (link: SessionLink, { id, topic }: SubscribeMessage, refusal: Refusal): void => {
  tellAnswer(link, cutName(topic), { kind: 'refusal', id, ...refusal });
};
const fail = (link: SessionLink, message: SubscribeMessage, error: unknown): void => {
  const refusal = refusalOf(error);
  if (!refusal) link.report({ type: 'hookFailed', hook: cutName(message.topic), cause: error });
  refuse(link, message, refusal ?? { code: 'INTERNAL_ERROR', message: 'the topic failed' });
};

/** What one stage does with its sessions. They share its functions, and nothing is made for one that subscribes to nothing. */
function serveTopics<S extends AnySession>(service: Service<S>): PeerHolder<S> {
  const { find, authorize, maxTopics, maxNameLength, maxParamsLength } = service;
  const granted = new Map<AnySession, TopicGrants<S>>();
  // What stood there before this stage, which may know what this one does not.
  const below = new WeakMap<MessageHandlers, MessageHandlers>();
  let over = false;

  const grantsOf = (session: AnySession): TopicGrants<S> => {
    const known = granted.get(session) ?? createTopicGrants(session as S);
    granted.set(session, known);
    return known;
  };
  const decide = (link: SessionLink, message: SubscribeMessage, found: FoundTopic<S>, allow: boolean): void => {
    try {
      if (allow) grantsOf(link.session).grant(message.id, found);
      else refuse(link, message, { code: 'FORBIDDEN', message: `topic "${cutName(message.topic)}" is not open to you` });
    } catch (error) {
      fail(link, message, error);
    }
  };
  const ask = (link: SessionLink, message: SubscribeMessage, found: FoundTopic<S>, hook: AuthorizeTopic<S>): void => {
    const { name, named } = found;
    const session = link.session as S;
    const grants = grantsOf(session);
    const failed = (cause: unknown): void => {
      link.report({ type: 'hookFailed', hook: cutName(message.topic), cause });
    };
    const permission = allowed(() => hook(name, { peer: session, named, params: message.params }), failed).subscribe({
      next: (allow) => {
        grants.leave(message.id);
        decide(link, message, found, allow);
      },
      error: (error: unknown) => {
        grants.leave(message.id);
        fail(link, message, error);
      },
    });
    // Whoever unsubscribes or leaves until then is granted nothing.
    if (!permission.closed) grants.await(message.id, permission);
  };
  const subscribe = (link: SessionLink, message: SubscribeMessage, before: MessageHandlers): void => {
    const { id, topic } = message;
    const grants = granted.get(link.session);
    // An id that is asked with again stands for the new topic, also where the old one is that of another stage.
    if (!grants?.leave(id)) before.unsubscribe?.({ kind: 'unsubscribe', id, topic }, link);
    let found: FoundTopic<S> | undefined;
    try {
      found = over ? undefined : find(message);
    } catch {
      // They came as JSON, so it is the stack that overflowed.
      refuse(link, message, { code: 'INVALID_DATA', message: 'the params are nested too deeply' });
      return;
    }
    if (!found) {
      if (before.subscribe) before.subscribe(message, link);
      else refuse(link, message, { code: 'UNKNOWN_TOPIC', message: `there is no topic "${cutName(topic)}"` });
    } else if (topic.length > maxNameLength)
      refuse(link, message, { code: 'INVALID_DATA', message: `the name is longer than ${maxNameLength} characters` });
    else if (found.paramsLength > maxParamsLength)
      refuse(link, message, { code: 'INVALID_DATA', message: `the params are longer than ${maxParamsLength} characters` });
    else if (grants && grants.size >= maxTopics)
      refuse(link, message, { code: 'TOO_MANY_TOPICS', message: `${maxTopics} topics at most` });
    else if (authorize) ask(link, message, found, authorize);
    else decide(link, message, found, true);
  };
  const above = lastOf((before: MessageHandlers): MessageHandlers => {
    const mine: MessageHandlers = {
      ...before,
      subscribe: (message, link) => {
        if (message.kind === 'subscribe') subscribe(link, message, before);
      },
      unsubscribe: (message, link) => {
        if (message.kind === 'unsubscribe' && !granted.get(link.session)?.leave(message.id)) before.unsubscribe?.(message, link);
      },
    };
    below.set(mine, before);
    return mine;
  });

  return {
    enter: (session) => {
      const link = peerLink(session);
      service.check(link.contract);
      link.handlers = above(link.handlers);
    },
    leave: (session) => {
      const link = peerLink(session);
      // Whose session has not ended leaves with all the others: the stage is over.
      over ||= !link.ended;
      const grants = granted.get(session);
      granted.delete(session);
      grants?.clear();
      // A stage that came later has this one in its chain.
      link.handlers = below.get(link.handlers) ?? link.handlers;
    },
  };
}

/**
 * Serves topics to the other side, by name or by template.
 *
 * Emits each session as it comes. A subscribe is confirmed under the canonical name: that of the template, with the params that came
 * along, in order, if any; a space in a value is `%20`. Or it is refused: `UNKNOWN_TOPIC` (also for a topic whose canonical name is that of
 * another: an escape stands for what another template writes, or params for the end of a template), `FORBIDDEN` (see `authorize`), `TOO_MANY_TOPICS`, `INVALID_DATA` (a name or
 * params that are too long, or params that are nested some thousand deep), the code, text and data of a `SubscriptionRejectedError` that the handler threw, or
 * `INTERNAL_ERROR` (reported as `hookFailed`). Each concrete topic has one producer, subscribed with the first peer and released with the
 * last, disconnects included, or `linger` ms later. Its values go out numbered, each encoded once for all receivers; when it completes, or
 * errors (reported as `hookFailed`), that topic ends, and no other. Several stages add up; of two that know a topic, the later one serves it.
 *
 * Behind `serve({ contract })` a table has a handler for each topic of the contract, less those that are `elsewhere`; handlers get decoded params,
 * wrong ones are refused with `INVALID_DATA` and their paths; values are checked and encoded, and those that are wrong are dropped and counted (`invalid`).
 *
 * Since a producer is shared, a handler is asked once per topic and not once per peer: who may listen is up to `authorize`. A permission
 * that comes after the peer unsubscribed or left grants nothing.
 *
 * Errors and completes with the source, the latter once its sessions have ended. Unsubscribing releases all producers, whatever their
 * `linger`. After a reconnect a client subscribes again, and is served as a new peer.
 *
 * @example
 * serve({ port: 8080, protocol: commandNotify() })
 *   .pipe(
 *     topics(
 *       { 'bars:{symbol}:{resolution}': ({ symbol, resolution }) => bars(symbol, resolution) },
 *       { authorize: (topic, { peer }) => mayRead(peer, topic), linger: 5_000 },
 *     ),
 *   )
 *   .subscribe();
 *
 * @throws TypeError or RangeError at the call, with the name of the handler or option that is invalid.
 */
export function topics<S extends AnySession, const E extends Elsewhere<ServedTopic<S>> = readonly [], T extends string = string>(
  // The second part alone is what the templates are inferred from.
  handlers: TopicHandlers<S, E, T> & { readonly [Template in T]: unknown },
  config: TopicsConfig<S> & {
    /** Topics of the contract that other stages serve: a list, or `true` for any. Default: none. */
    readonly elsewhere?: E | undefined;
  } = {},
): MonoTypeOperatorFunction<S> {
  checkObject('topics', 'handlers', handlers);
  const given = handlers as Readonly<Record<string, TopicHandler<S>>>;
  for (const [template, handler] of Object.entries(given)) checkFunction('topics', template, handler);
  const { authorize, linger, random, ...bounds } = readOptions('topics', config, {
    authorize: [checkFunction],
    linger: [checkDuration, 0, {}],
    maxTopics: [checkCount, 10_000, { min: 1 }],
    maxNameLength: [checkCount, 256, { min: 1 }],
    maxParamsLength: [checkCount, 4_096, {}],
    random: [checkFunction, Math.random],
  });
  const elsewhere = checkElsewhere('topics', config.elsewhere);
  return (source) =>
    defer(() => {
      const check = lastOf((contract: PeerLink['contract']) => {
        checkServed('topics', contract, Object.keys(given), elsewhere);
      });
      const service = { ...createProducers(given, random, linger), authorize, check, ...bounds };
      const served = holdPeers(() => serveTopics(service));
      return source.pipe(served, finalize(service.stop));
    });
}
