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
import { createHeldNotifications } from './heldNotifications.js';
import type { SessionLink } from './sessionLink.js';
import { createTopicRoutes, type Route } from './topicRoutes.js';

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
export interface WireTopic {
  readonly key: string;
  readonly id: MessageId;
  /** The name that was asked for; once confirmed, the name the gateway gave. */
  topic: string;
  readonly deadline: number;
  /** Replaced, never changed: a delivery under way goes through the list it began with. */
  sinks: readonly TopicSink[];
}

type Listener = (message: NotificationMessage) => void;

/** What the topics need of their session. */
export type WireTopicsHost = Pick<
  SessionLink,
  'id' | 'confirmTimeout' | 'maxHeld' | 'nextId' | 'transmit' | 'tell' | 'watch' | 'drop' | 'report'
>;

export interface WireTopics {
  /** Adds a sink to the key's wire subscription, which the first one makes, asking `params` if it is a function. Throws what cannot be sent. */
  subscribe(key: string, name: string, params: unknown, sink: TopicSink): () => void;
  /** Hears notifications, of one topic or of all, without subscribing. */
  listen(topic: string | undefined, listener: Listener): () => void;
  notification(message: NotificationMessage): void;
  confirmation(message: ConfirmationMessage): void;
  /** Whether the message belonged to a subscribe. */
  refusal(message: RefusalMessage | FailureMessage): boolean;
  ended(message: EndedMessage): void;
  expire(now: number): number;
  lose(): void;
}

/** The topics of one session: counted wire subscriptions by key, and notifications dispatched by the name the gateway confirmed. */
export function createWireTopics(host: WireTopicsHost): WireTopics {
  const byKey = new Map<string, WireTopic>();
  const unconfirmed = new Map<MessageId, WireTopic>();
  const routes = createTopicRoutes();
  const listeners = new Map<string | undefined, ReadonlySet<Listener>>();
  const held = createHeldNotifications(host);

  /** Once nothing waits for its confirmation, nobody will ask for what is still held. */
  const dropHeld = (): void => {
    if (unconfirmed.size === 0) held.clear((topic) => listeners.has(topic) || listeners.has(undefined));
  };
  const forget = (wire: WireTopic): void => {
    byKey.delete(wire.key);
    unconfirmed.delete(wire.id);
    routes.remove(wire);
    dropHeld();
  };

  const deliver = (sinks: Route, { data, position }: NotificationMessage): void => {
    if ('next' in sinks) sinks.next(data, position);
    else for (const sink of sinks) sink.next(data, position);
  };

  const leave = (wire: WireTopic, sink: TopicSink): void => {
    wire.sinks = wire.sinks.filter((each) => each !== sink);
    if (byKey.get(wire.key) !== wire) return;
    if (wire.sinks.length > 0) {
      routes.update(wire);
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

  const end = (topic: string): void => {
    for (const wire of routes.wires(topic)) {
      forget(wire);
      host.report({ type: 'unsubscribed', session: host.id, topic, by: 'them' });
      for (const sink of wire.sinks) sink.ended();
    }
  };

  return {
    subscribe(key, name, params, sink) {
      let wire = byKey.get(key);
      if (wire) {
        wire.sinks = [...wire.sinks, sink];
        routes.update(wire);
      } else {
        // Asked for each wire subscription, not for each sink.
        const content = typeof params === 'function' ? (params as () => unknown)() : params;
        const id = host.nextId();
        wire = { key, id, topic: name, deadline: asyncScheduler.now() + host.confirmTimeout, sinks: [sink] };
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
      }
      const joined = wire;
      return () => {
        leave(joined, sink);
      };
    },

    listen(topic, listener) {
      // Replaced, never changed, as the sinks are.
      listeners.set(topic, new Set([...(listeners.get(topic) ?? []), listener]));
      return () => {
        const rest = new Set(listeners.get(topic));
        rest.delete(listener);
        if (rest.size === 0) listeners.delete(topic);
        else listeners.set(topic, rest);
      };
    },

    notification(message) {
      const sinks = routes.get(message.topic);
      if (sinks) deliver(sinks, message);
      else if (unconfirmed.size > 0) held.hold(message);
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
      routes.add(wire);
      host.report({ type: 'subscribed', session: host.id, topic });
      for (const message of held.take(topic))
        if (message.kind === 'ended') end(topic);
        else deliver(wire.sinks, message);
      dropHeld();
    },

    refusal({ id, code, data, message }) {
      const wire = unconfirmed.get(id);
      if (wire) refuse(wire, new SubscriptionRejectedError(wire.topic, code, data, { detail: message }));
      return wire !== undefined;
    },

    ended(message) {
      if (routes.wires(message.topic).length > 0) end(message.topic);
      // It may have overtaken the confirmation.
      else if (unconfirmed.size > 0) held.hold(message);
      else host.drop('unmatchedConfirmation');
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
      routes.clear();
      dropHeld();
      for (const wire of all) for (const sink of wire.sinks) sink.lost();
    },
  };
}
