import { asyncScheduler } from 'rxjs';
import { type GatewayError, SubscriptionRejectedError } from '../errors/gatewayErrors.js';
import type {
  ConfirmationMessage,
  EndedMessage,
  FailureMessage,
  MessageId,
  NotificationMessage,
  Position,
  RefusalMessage,
} from '../protocols/message.js';
import type { SessionLink } from './sessionLink.js';

/** Who wants the notifications of a topic on a session. */
export interface TopicSink {
  next(data: unknown, position: Position | undefined): void;
  refused(error: GatewayError): void;
  /** The gateway ended the topic. */
  ended(): void;
  /** The session is gone, and the wire subscription with it. */
  lost(): void;
}

/** A subscription on the wire, shared by all sinks of one key. */
interface WireTopic {
  readonly key: string;
  readonly id: MessageId;
  /** The name that was asked for; once confirmed, the name the gateway gave. */
  topic: string;
  readonly deadline: number;
  /** Replaced, never changed: a delivery under way goes through the list it began with. */
  sinks: readonly TopicSink[];
}

/** What the topics need of their session. */
export type WireTopicsHost = Pick<
  SessionLink,
  'id' | 'confirmTimeout' | 'maxHeld' | 'nextId' | 'transmit' | 'tell' | 'watch' | 'drop' | 'report'
>;

export interface WireTopics {
  /** Adds a sink to the key's wire subscription, which the first one makes. Throws what cannot be sent. */
  subscribe(key: string, name: string, params: unknown, sink: TopicSink): () => void;
  /** Hears notifications, of one topic or of all, without subscribing. */
  listen(topic: string | undefined, listener: (message: NotificationMessage) => void): () => void;
  notification(message: NotificationMessage): void;
  confirmation(message: ConfirmationMessage): void;
  /** Whether the message belonged to a subscribe. */
  refusal(message: RefusalMessage | FailureMessage): boolean;
  ended(message: EndedMessage): void;
  expire(now: number): number;
  lose(): void;
}

const without = <T>(list: readonly T[], item: T): readonly T[] => list.filter((each) => each !== item);

function removeFrom<K, T>(lists: Map<K, readonly T[]>, key: K, item: T): void {
  const rest = without(lists.get(key) ?? [], item);
  if (rest.length === 0) lists.delete(key);
  else lists.set(key, rest);
}

/** The topics of one session: counted wire subscriptions by key, and notifications dispatched by the name the gateway confirmed. */
export function createWireTopics(host: WireTopicsHost): WireTopics {
  const byKey = new Map<string, WireTopic>();
  const unconfirmed = new Map<MessageId, WireTopic>();
  const confirmed = new Map<string, readonly WireTopic[]>();
  // What `confirmed` comes to: with many topics, each object on the way to a sink is a miss of the cache.
  const routes = new Map<string, TopicSink | readonly TopicSink[]>();
  const listeners = new Map<string | undefined, readonly ((message: NotificationMessage) => void)[]>();
  let held: NotificationMessage[] = [];
  let gaps = new Set<string>();

  const route = (topic: string): void => {
    const sinks = (confirmed.get(topic) ?? []).flatMap((wire) => wire.sinks);
    if (sinks.length === 0) routes.delete(topic);
    else routes.set(topic, sinks.length === 1 ? (sinks[0] as TopicSink) : sinks);
  };

  const forget = (wire: WireTopic): void => {
    byKey.delete(wire.key);
    unconfirmed.delete(wire.id);
    removeFrom(confirmed, wire.topic, wire);
    route(wire.topic);
    dropHeld();
  };

  /** Once nothing waits for its confirmation, nobody will ask for what is still held. */
  const dropHeld = (): void => {
    if (unconfirmed.size > 0 || held.length === 0) return;
    for (const { topic } of held) if (!listeners.has(topic) && !listeners.has(undefined)) host.drop('unroutedNotification');
    held = [];
    gaps = new Set();
  };

  const hold = (message: NotificationMessage): void => {
    held.push(message);
    if (held.length <= host.maxHeld) return;
    const oldest = held.shift();
    host.drop('heldOverflow');
    if (!oldest || gaps.has(oldest.topic)) return;
    gaps.add(oldest.topic);
    host.report({ type: 'gap', session: host.id, topic: oldest.topic });
  };

  const deliver = (sinks: TopicSink | readonly TopicSink[], { data, position }: NotificationMessage): void => {
    if ('next' in sinks) sinks.next(data, position);
    else for (const sink of sinks) sink.next(data, position);
  };

  const leave = (wire: WireTopic, sink: TopicSink): void => {
    wire.sinks = without(wire.sinks, sink);
    if (byKey.get(wire.key) !== wire) return;
    if (wire.sinks.length > 0) {
      route(wire.topic);
      return;
    }
    forget(wire);
    host.tell({ kind: 'unsubscribe', id: wire.id, topic: wire.topic });
    host.report({ type: 'unsubscribed', session: host.id, topic: wire.topic, by: 'us' });
  };

  const refuse = (wire: WireTopic, error: SubscriptionRejectedError): void => {
    forget(wire);
    host.report({ type: 'refused', session: host.id, topic: wire.topic, code: error.code });
    for (const sink of wire.sinks) sink.refused(error);
  };

  return {
    subscribe(key, name, params, sink) {
      let wire = byKey.get(key);
      if (wire) {
        wire.sinks = [...wire.sinks, sink];
        route(wire.topic);
      } else {
        const id = host.nextId();
        wire = { key, id, topic: name, deadline: asyncScheduler.now() + host.confirmTimeout, sinks: [sink] };
        // Registered before it is sent, so that an answer in the same turn is caught.
        byKey.set(key, wire);
        unconfirmed.set(id, wire);
        try {
          host.transmit({ kind: 'subscribe', id, key, topic: name, params });
        } catch (error) {
          forget(wire);
          throw error;
        }
        host.watch(wire.deadline);
      }
      const joined = wire;
      return () => {
        leave(joined, sink);
      };
    },

    listen(topic, listener) {
      listeners.set(topic, [...(listeners.get(topic) ?? []), listener]);
      return () => {
        removeFrom(listeners, topic, listener);
      };
    },

    notification(message) {
      const sinks = routes.get(message.topic);
      if (sinks) deliver(sinks, message);
      else if (unconfirmed.size > 0) hold(message);
      let heard = sinks !== undefined || unconfirmed.size > 0;
      if (listeners.size > 0)
        for (const topic of [message.topic, undefined])
          for (const listener of listeners.get(topic) ?? []) {
            heard = true;
            listener(message);
          }
      if (!heard) host.drop('unroutedNotification');
    },

    confirmation({ id, topic }) {
      const wire = unconfirmed.get(id);
      if (!wire) {
        host.drop('unmatchedConfirmation');
        return;
      }
      unconfirmed.delete(id);
      wire.topic = topic;
      confirmed.set(topic, [...(confirmed.get(topic) ?? []), wire]);
      route(topic);
      host.report({ type: 'subscribed', session: host.id, topic });
      if (held.length === 0) return;
      const its = held.filter((message) => message.topic === topic);
      held = held.filter((message) => message.topic !== topic);
      for (const message of its) deliver(wire.sinks, message);
      dropHeld();
    },

    refusal({ id, code, data, message }) {
      const wire = unconfirmed.get(id);
      if (wire) refuse(wire, new SubscriptionRejectedError(wire.topic, code, data, { detail: message }));
      return wire !== undefined;
    },

    ended({ topic }) {
      const wires = confirmed.get(topic);
      if (!wires) {
        host.drop('unmatchedConfirmation');
        return;
      }
      for (const wire of wires) {
        forget(wire);
        host.report({ type: 'unsubscribed', session: host.id, topic, by: 'them' });
        for (const sink of wire.sinks) sink.ended();
      }
    },

    expire(now) {
      let next = Infinity;
      for (const wire of unconfirmed.values()) {
        if (wire.deadline > now) next = Math.min(next, wire.deadline);
        else {
          // The gateway may have granted it after all.
          host.tell({ kind: 'unsubscribe', id: wire.id, topic: wire.topic });
          refuse(
            wire,
            new SubscriptionRejectedError(wire.topic, 'TIMEOUT', undefined, {
              detail: `not confirmed within confirmTimeout (${host.confirmTimeout} ms)`,
              retryable: true,
            }),
          );
        }
      }
      return next;
    },

    lose() {
      const all = [...byKey.values()];
      byKey.clear();
      unconfirmed.clear();
      confirmed.clear();
      routes.clear();
      dropHeld();
      for (const wire of all) for (const sink of wire.sinks) sink.lost();
    },
  };
}
