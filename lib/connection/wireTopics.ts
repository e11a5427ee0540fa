import { type Observable, Subject } from 'rxjs';
import { SubscriptionRejectedError } from '../errors/gatewayErrors.js';
import type { GatewayEvent } from '../events/gatewayEvent.js';
import type {
  ConfirmationMessage,
  EndedMessage,
  FailureMessage,
  MessageId,
  NotificationMessage,
  RefusalMessage,
} from '../protocols/message.js';
import { sweep } from './deadlines.js';
import { now } from './now.js';
import { isMany, listOf, type OneOrMany, putItem } from './oneOrMany.js';
import type { SessionLink } from './sessionLink.js';
import { tellEnd } from './tellEnd.js';
import type { TopicSpec } from './topicSpec.js';

/** Who wants a topic on a session: the `Subscriber` itself, so that nothing stands between. */
export interface TopicSink {
  next(data: unknown, message: NotificationMessage): void;
  /** The gateway refused the topic. */
  error(error: unknown): void;
  /** The gateway ended the topic. */
  complete(): void;
}

/** A subscription on the wire, shared by all sinks of one key. */
interface WireTopic {
  readonly key: string;
  readonly id: MessageId;
  /** The name that was asked for; once confirmed, the name the gateway gave. */
  topic: string;
  readonly deadline: number;
  sinks: OneOrMany<TopicSink>;
}

/** What the topics need of their session. */
export type WireTopicsHost = Pick<
  SessionLink,
  | 'id'
  | 'events'
  | 'confirmTimeout'
  | 'maxHeld'
  | 'nextId'
  | 'transmit'
  | 'tell'
  | 'watch'
  | 'drop'
  | 'report'
  | 'holder'
  | 'listeners'
>;

export interface WireTopics {
  /** Adds a sink to the key's wire subscription, which the first one makes. Throws what cannot be sent. */
  join(spec: Pick<TopicSpec, 'key' | 'name' | 'params'>, sink: TopicSink): void;
  /** Takes it off again, and the wire subscription with the last. */
  leave(key: string, sink: TopicSink): void;
  /** Takes a notification of a topic, or its end, to its sinks; holds what may belong to a subscribe that is not confirmed. */
  take(message: NotificationMessage | EndedMessage): void;
  /** Takes the gateway's answer to a subscribe; whether it was one. */
  answer(message: ConfirmationMessage | RefusalMessage | FailureMessage): boolean;
  /** Gives up what was not confirmed in time; returns the next deadline, or `Infinity`. */
  expire(): number;
  /** The session is over, and the wire subscriptions with it: the sinks are told nothing, but may see it in `lost`. */
  lose(): void;
  readonly lost: Observable<void>;
}

// By itself, for V8 to compile it for many. Who joins meanwhile comes at the end of the list, and hears of the next one.
const deliverToAll = (sinks: readonly TopicSink[], message: NotificationMessage): void => {
  const { data } = message;
  for (let index = 0, { length } = sinks; index < length; index++) (sinks[index] as TopicSink).next(data, message);
};

const deliver = (some: OneOrMany<WireTopic>, message: NotificationMessage): void => {
  if (isMany(some)) for (const wire of [...some]) deliver(wire, message);
  else if (some) {
    const { sinks } = some;
    if (isMany(sinks)) deliverToAll(sinks, message);
    else sinks?.next(message.data, message);
  }
};

/** The topics of one session: counted wire subscriptions by key, and notifications dispatched by the name the gateway confirmed. */
export function createWireTopics(host: WireTopicsHost): WireTopics {
  const byKey = new Map<string, WireTopic>();
  const unconfirmed = new Map<MessageId, WireTopic>();
  const routes = new Map<string, OneOrMany<WireTopic>>();
  let held: (NotificationMessage | EndedMessage)[] = [];
  /** Those of which one that was held is lost. */
  const gaps = new Set<string>();
  const lost = new Subject<void>();

  const report = (type: GatewayEvent['type'], topic: string, more?: object): void => {
    // With ten thousand topics an event for each is a good part of a resumption.
    if (host.events) host.report({ type, session: host.id, topic, ...more } as GatewayEvent);
  };
  const route = (wire: WireTopic, stays?: boolean): void => {
    const { topic } = wire;
    const present = routes.get(topic);
    // As a rule it is the first.
    const some = present || !stays ? putItem(present, wire, stays) : wire;
    if (some) routes.set(topic, some);
    else routes.delete(topic);
  };

  const take: WireTopics['take'] = (message) => {
    const { kind, topic } = message;
    const some = routes.get(topic);
    if (some) {
      if (kind === 'notification') deliver(some, message);
      else for (const wire of [...listOf(some)]) over(wire);
    } else if (unconfirmed.size > 0) {
      held.push(message);
      if (held.length > host.maxHeld) loseOldest();
    } else if (kind === 'ended') host.drop('unmatchedConfirmation');
    // A listener has had it all the same.
    else if (!host.listeners?.has(topic) && !host.listeners?.has(undefined)) host.drop('unroutedNotification');
  };
  const loseOldest = (): void => {
    const { topic } = held.shift() as NotificationMessage;
    host.drop('heldOverflow');
    if (gaps.has(topic)) return;
    gaps.add(topic);
    report('gap', topic);
  };
  /** What is held goes where it belongs by now. Once nothing waits for its confirmation, nobody will ask for the rest. */
  const settle = (): void => {
    if (unconfirmed.size === 0) gaps.clear();
    if (held.length === 0) return;
    const all = held;
    held = [];
    for (const message of all) take(message);
  };

  const forget = (wire: WireTopic): void => {
    byKey.delete(wire.key);
    unconfirmed.delete(wire.id);
    route(wire);
    settle();
  };
  const unsubscribe = ({ id, topic }: WireTopic): void => {
    host.tell({ kind: 'unsubscribe', id, topic });
  };
  /** The gateway refused it, or ended it. */
  const over = (wire: WireTopic, error?: SubscriptionRejectedError): void => {
    const { topic, sinks } = wire;
    // Who heard of another's end may have left this one.
    if (byKey.get(wire.key) !== wire) return;
    forget(wire);
    if (error) report('refused', topic, { code: error.code });
    else report('unsubscribed', topic, { by: 'them' });
    // Who tries again at once lets go of the connection before it takes hold of it anew.
    host.holder?.hold();
    host.holder?.forget(wire.key);
    for (const sink of listOf(sinks)) tellEnd(sink, error);
    host.holder?.release();
  };

  return {
    join({ key, name, params }, sink) {
      const present = byKey.get(key);
      if (present) {
        present.sinks = putItem(present.sinks, sink, true);
        return;
      }
      const content = params();
      const id = host.nextId();
      const wire = { key, id, topic: name, deadline: now() + host.confirmTimeout, sinks: sink };
      // Registered before it is sent, so that an answer in the same turn is caught.
      byKey.set(key, wire);
      unconfirmed.set(id, wire);
      try {
        host.transmit({ kind: 'subscribe', id, key, topic: name, params: content });
      } catch (error) {
        forget(wire);
        throw error;
      }
      host.watch(wire.deadline);
    },

    leave(key, sink) {
      const wire = byKey.get(key);
      if (!wire || (wire.sinks = putItem(wire.sinks, sink))) return;
      forget(wire);
      unsubscribe(wire);
      report('unsubscribed', wire.topic, { by: 'us' });
    },

    take,

    answer(message) {
      const { kind, id } = message;
      // Seldom is one refused that was confirmed: not worth a map of them all.
      const wire = unconfirmed.get(id) ?? (kind === 'refusal' && [...byKey.values()].find((other) => other.id === id));
      if (!wire) return false;
      if (kind === 'confirmation') {
        const { topic } = message;
        unconfirmed.delete(wire.id);
        // The name that is there already, if it is the same: a copy of it for each topic is memory for nothing.
        if (wire.topic !== topic) wire.topic = topic;
        route(wire, true);
        report('subscribed', wire.topic);
        settle();
      } else {
        const { code, data, message: detail, last } = message;
        const retryable = kind === 'refusal' && !!message.retryable;
        if (last === false) unsubscribe(wire);
        over(wire, new SubscriptionRejectedError(wire.topic, code, data, { detail, retryable }));
      }
      return true;
    },

    expire: () =>
      sweep(unconfirmed.values(), (wire) => {
        // The gateway may have granted it after all.
        unsubscribe(wire);
        const detail = `not confirmed within confirmTimeout (${host.confirmTimeout} ms)`;
        over(wire, new SubscriptionRejectedError(wire.topic, 'TIMEOUT', undefined, { detail, retryable: true }));
      }),

    lose() {
      byKey.clear();
      unconfirmed.clear();
      routes.clear();
      settle();
      lost.next();
    },
    lost,
  };
}
