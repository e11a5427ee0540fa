import { asyncScheduler, type Observable, Subject } from 'rxjs';
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
import { isMany, listOf, type OneOrMany, putItem } from './oneOrMany.js';
import type { SessionLink } from './sessionLink.js';
import type { TopicSpec } from './topicSpec.js';

/** Who hears notifications. */
export interface TopicListener {
  next(data: unknown, message: NotificationMessage): void;
}

/** Who wants a topic on a session: the `Subscriber` itself, so that nothing stands between. */
export interface TopicSink extends TopicListener {
  /** The gateway refused the topic. */
  error(error: unknown): void;
  /** The gateway ended the topic. */
  complete(): void;
}

/** Who hears of a name: a listener, or a subscription on the wire, shared by all sinks of one key. */
interface Audience {
  readonly topic: string | undefined;
  sinks: OneOrMany<TopicListener>;
}

interface WireTopic extends Audience {
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
  'id' | 'confirmTimeout' | 'maxHeld' | 'nextId' | 'transmit' | 'tell' | 'watch' | 'drop' | 'report' | 'holder'
>;

export interface WireTopics {
  /** Adds a sink to the key's wire subscription, which the first one makes. Throws what cannot be sent. */
  join(spec: Pick<TopicSpec, 'key' | 'name' | 'params'>, sink: TopicSink): void;
  /** Takes it off again, and the wire subscription with the last. */
  leave(key: string, sink: TopicSink): void;
  /** Hears notifications, of one topic or of all, without subscribing. */
  listen(topic: string | undefined, listener: TopicListener): () => void;
  notification(message: NotificationMessage): void;
  confirmation(message: ConfirmationMessage): void;
  /** Whether the message belonged to a subscribe. */
  refusal(message: RefusalMessage | FailureMessage): boolean;
  ended(message: EndedMessage): void;
  expire(now: number): number;
  /** The session is over, and the wire subscriptions with it: the sinks are told nothing, but may see it in `lost`. */
  lose(): void;
  readonly lost: Observable<void>;
}

const deliver = (some: OneOrMany<Audience>, message: NotificationMessage): void => {
  if (isMany(some)) for (const audience of some) deliver(audience, message);
  else if (some) {
    const { sinks } = some;
    if (isMany(sinks)) for (const sink of sinks) sink.next(message.data, message);
    else sinks?.next(message.data, message);
  }
};

/** The topics of one session: counted wire subscriptions by key, and notifications dispatched by the name the gateway confirmed. */
export function createWireTopics(host: WireTopicsHost): WireTopics {
  const byKey = new Map<string, WireTopic>();
  const unconfirmed = new Map<MessageId, WireTopic>();
  /** By confirmed name; those who listen to all are under `undefined`. */
  const routes = new Map<string | undefined, OneOrMany<Audience>>();
  /** What came while a subscribe was not confirmed, and may belong to it. */
  let held: (NotificationMessage | EndedMessage)[] = [];
  const gaps = new Set<string>();
  const lost = new Subject<void>();

  const report = (type: GatewayEvent['type'], topic: string, more?: object): void => {
    host.report({ type, session: host.id, topic, ...more } as GatewayEvent);
  };
  const route = (audience: Audience, stays?: boolean): void => {
    const { topic } = audience;
    const some = putItem(routes.get(topic), audience, stays);
    if (some) routes.set(topic, some);
    else routes.delete(topic);
  };
  const wires = (topic: string): readonly WireTopic[] =>
    listOf(routes.get(topic)).filter((audience): audience is WireTopic => 'key' in audience);

  /** Beyond `maxHeld` the oldest is dropped and counted, with one `gap` event for its topic. */
  const hold = (message: NotificationMessage | EndedMessage): void => {
    held.push(message);
    if (held.length <= host.maxHeld) return;
    const { topic } = held.shift() as NotificationMessage;
    host.drop('heldOverflow');
    if (gaps.has(topic)) return;
    gaps.add(topic);
    report('gap', topic);
  };
  /** Once nothing waits for its confirmation, nobody will ask for what is still held. */
  const settle = (): void => {
    if (unconfirmed.size > 0) return;
    for (const { kind, topic } of held)
      if (kind === 'ended') host.drop('unmatchedConfirmation');
      // A listener has had it all the same.
      else if (!routes.has(topic) && !routes.has(undefined)) host.drop('unroutedNotification');
    held = [];
    gaps.clear();
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
    forget(wire);
    if (error) report('refused', topic, { code: error.code });
    else report('unsubscribed', topic, { by: 'them' });
    // Who tries again at once lets go of the connection before it takes hold of it anew.
    host.holder?.hold();
    for (const sink of listOf(sinks))
      if (error) sink.error(error);
      else sink.complete();
    host.holder?.release();
  };
  /** Whether there were any. */
  const endAll = (topic: string): boolean => {
    const ending = wires(topic);
    for (const wire of ending) over(wire);
    return ending.length > 0;
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
      const wire = { key, id, topic: name, deadline: asyncScheduler.now() + host.confirmTimeout, sinks: sink };
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

    listen(topic, sinks) {
      const listener = { topic, sinks };
      route(listener, true);
      return () => {
        route(listener);
      };
    },

    notification(message) {
      const { topic } = message;
      const some = routes.get(topic);
      const all = routes.get(undefined);
      if (unconfirmed.size > 0 && wires(topic).length === 0) hold(message);
      else if (!some && !all) host.drop('unroutedNotification');
      deliver(some, message);
      deliver(all, message);
    },

    confirmation({ id, topic }) {
      const wire = unconfirmed.get(id);
      if (!wire) {
        host.drop('unmatchedConfirmation');
        return;
      }
      unconfirmed.delete(id);
      wire.topic = topic;
      route(wire, true);
      report('subscribed', topic);
      const its = held.filter((message) => message.topic === topic);
      held = held.filter((message) => message.topic !== topic);
      for (const message of its)
        if (message.kind === 'ended') endAll(topic);
        else deliver(wire, message);
      settle();
    },

    refusal({ id, code, data, message }) {
      const wire = unconfirmed.get(id);
      if (wire) over(wire, new SubscriptionRejectedError(wire.topic, code, data, { detail: message }));
      return !!wire;
    },

    ended(message) {
      if (endAll(message.topic)) return;
      // It may have overtaken the confirmation.
      if (unconfirmed.size > 0) hold(message);
      else host.drop('unmatchedConfirmation');
    },

    expire(now) {
      for (const wire of unconfirmed.values()) {
        // All have the same time, so they are in order.
        if (wire.deadline > now) return wire.deadline;
        // The gateway may have granted it after all.
        unsubscribe(wire);
        const detail = `not confirmed within confirmTimeout (${host.confirmTimeout} ms)`;
        over(wire, new SubscriptionRejectedError(wire.topic, 'TIMEOUT', undefined, { detail, retryable: true }));
      }
      return Infinity;
    },

    lose() {
      byKey.clear();
      unconfirmed.clear();
      settle();
      routes.clear();
      lost.next();
    },
    lost,
  };
}
