import { checkFunction, checkObject } from '../options/check.js';
import type { JsonObject } from './jsonReader.js';
import { readJsonRpcError } from './jsonRpcError.js';
import type { Message, MessageId, NotificationMessage, SubscribeMessage } from './message.js';
import type { Frame } from './protocol.js';

/** A call as it goes over the wire: its method, and its params, a list or an object, if it has any. */
export type JsonRpcCall = readonly [method: string, params?: unknown];

/** What a gateway calls a subscription. */
export type JsonRpcTopicName = string | number;

/** How a gateway is asked for topics. The functions have no effects, and do not throw on what a gateway sends. */
export interface JsonRpcTopicCalls {
  /**
   * The call that asks for a topic. `undefined`: none is needed, and the topic is confirmed at once. Throws for params that have no
   * place.
   */
  readonly subscribe: (topic: string, params: unknown) => JsonRpcCall | undefined;
  /**
   * The call that gives a topic up. `name` is what `confirm` said, and `undefined` as long as that is not known: then `undefined` puts it
   * off until it is. With a name, `undefined` means that there is nothing to say.
   */
  readonly unsubscribe: (name: JsonRpcTopicName | undefined, topic: string, params: unknown) => JsonRpcCall | undefined;
  /** The name that the notifications come under, as the result of `subscribe` has it. `undefined`: the result is a refusal. */
  readonly confirm: (result: unknown, topic: string) => JsonRpcTopicName | undefined;
  /** Name and data of a frame without an id, if it is a notification of a topic. `undefined`: it is one by its method. */
  readonly notification: (
    frame: Readonly<Record<string, unknown>>,
  ) => readonly [name: JsonRpcTopicName, data: unknown] | undefined;
}

/** What the codec of a session does for its topics. */
export interface JsonRpcWire {
  /** The frame of a call with this id. */
  call(command: string, params: unknown, id: MessageId): Frame;
  /** The frame of a call whose result is nobody's. */
  ask(command: string, params: unknown): Frame;
  /** What goes out although nobody sends it. */
  readonly owed: Frame[];
}

/** The topics of one session that are asked for over the wire. */
export interface JsonRpcWireTopics {
  /** The frame that asks for a topic, or nothing where none is needed. */
  subscribe(message: SubscribeMessage): Frame | undefined;
  /** The frame that gives one up, now or once it is confirmed. */
  unsubscribe(id: MessageId): Frame | undefined;
  /** What a response says of a topic; nothing if it answers something else. */
  settle(id: MessageId, frame: JsonObject): Message | undefined;
  /** What a frame says of a topic; nothing if it does not. */
  notification(frame: JsonObject): NotificationMessage | undefined;
}

/** How topics go over the wire, as the option `topics` of `jsonRpc()` takes it: made by `jsonRpcTopics` and its like. */
export type JsonRpcTopics = (wire: JsonRpcWire) => JsonRpcWireTopics;

/** A topic that was asked for. */
interface Grant {
  readonly topic: string;
  readonly params: unknown;
  /** What the gateway calls it, once it is confirmed. */
  name: JsonRpcTopicName | undefined;
  /** Given up before it was confirmed. */
  left: boolean;
}

/**
 * Topics that a gateway is asked for, in calls of your own making: for the option `topics` of `jsonRpc()`. `jsonRpcSubscriptions` and
 * `jsonRpcEvents` make what is common.
 *
 * A topic that is given up before its confirmation is so at once, if its call needs no name; else when the confirmation comes.
 *
 * @example
 * // One method for many channels, whose names the client knows.
 * jsonRpcTopics({
 *   subscribe: (topic) => ['public/subscribe', { channels: [topic] }],
 *   unsubscribe: (_name, topic) => ['public/unsubscribe', { channels: [topic] }],
 *   confirm: (result, topic) => (Array.isArray(result) && result.includes(topic) ? topic : undefined),
 *   notification: ({ method, params }) => (method === 'subscription' && isChannel(params) ? [params.channel, params.data] : undefined),
 * });
 *
 * @throws TypeError with the name of what is no function.
 */
export function jsonRpcTopics(calls: JsonRpcTopicCalls): JsonRpcTopics {
  const { subscribe, unsubscribe, confirm, notification } = checkObject('jsonRpcTopics', 'calls', calls);
  for (const [name, given] of Object.entries({ subscribe, unsubscribe, confirm, notification }))
    checkFunction('jsonRpcTopics', name, given);
  return ({ call, ask, owed }) => {
    const grants = new Map<MessageId, Grant>();
    const leave = (id: MessageId): Frame | undefined => {
      const grant = grants.get(id);
      if (!grant) return undefined;
      const { name, topic, params } = grant;
      const left = unsubscribe(name, topic, params);
      // A topic that the gateway gives its name to cannot be given up before.
      if (left || name !== undefined) grants.delete(id);
      else grant.left = true;
      return left && ask(...left);
    };
    return {
      subscribe({ id, topic, params }) {
        const asked = subscribe(topic, params);
        if (!asked) return undefined;
        const frame = call(asked[0], asked[1], id);
        grants.set(id, { topic, params, name: undefined, left: false });
        return frame;
      },
      unsubscribe: leave,
      settle(id, { result, error }) {
        const grant = grants.get(id);
        if (!grant || grant.name !== undefined) return undefined;
        const name = error == null ? confirm(result, grant.topic) : undefined;
        if (name === undefined) {
          grants.delete(id);
          return { kind: 'refusal', id, ...(error == null ? { code: 'REFUSED', data: result } : readJsonRpcError(error)) };
        }
        grant.name = name;
        const late = grant.left && leave(id);
        if (late) owed.push(late);
        return { kind: 'confirmation', id, topic: `${name}` };
      },
      notification(frame) {
        const told = frame.id == null ? notification(frame) : undefined;
        return told && { kind: 'notification', topic: `${told[0]}`, data: told[1] };
      },
    };
  };
}
