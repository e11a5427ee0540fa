import { checkName, checkObject } from '../options/check.js';
import type { JsonObject } from './jsonReader.js';
import { type JsonRpcCall, type JsonRpcTopicName, type JsonRpcTopics, jsonRpcTopics } from './jsonRpcTopics.js';

/** Options of {@link jsonRpcSubscriptions}. */
export interface JsonRpcSubscriptionsOptions {
  /**
   * The method that subscribes. Its params are the topic and then the topic's params: an array gives several, anything else one. Or a
   * function that makes the call out of both.
   */
  readonly subscribe: string | ((topic: string, params: unknown) => JsonRpcCall);
  /** The method that unsubscribes, with the subscription's id as its one param; or a function that names it for a topic. */
  readonly unsubscribe: string | ((topic: string) => string);
  /** The method of the notifications. Default: any, if its params have a `subscription`. */
  readonly notification?: string | undefined;
}

const isName = (value: unknown): value is JsonRpcTopicName => typeof value === 'string' || typeof value === 'number';

const owner = 'jsonRpcSubscriptions';
const checkMethod = (name: string, value: unknown): unknown =>
  typeof value === 'function' ? value : checkName(owner, name, value);

/**
 * Topics as subscriptions whose ids the gateway gives out: the result of subscribing is the id, and the params of a notification are
 * `{ subscription, result }`. So do Ethereum (`eth_subscribe`), Solana and Substrate. The confirmed name of a topic is the id, as a string.
 *
 * ```ts
 * const ethereum = jsonRpcSubscriptions({ subscribe: 'eth_subscribe', unsubscribe: 'eth_unsubscribe', notification: 'eth_subscription' });
 * // topic('newHeads'), topic('logs', { address })
 *
 * const solana = jsonRpcSubscriptions({
 *   subscribe: (topic, params) => [`${topic}Subscribe`, params],
 *   unsubscribe: (topic) => `${topic}Unsubscribe`,
 * });
 * // topic('account', [key, { commitment: 'confirmed' }])
 * ```
 *
 * @throws TypeError if an option is neither a method nor a function.
 */
export function jsonRpcSubscriptions(options: JsonRpcSubscriptionsOptions): JsonRpcTopics {
  const { subscribe, unsubscribe, notification } = checkObject(owner, 'options', options);
  checkMethod('subscribe', subscribe);
  checkMethod('unsubscribe', unsubscribe);
  if (notification !== undefined) checkName(owner, 'notification', notification);
  return jsonRpcTopics({
    subscribe: (topic, params) =>
      typeof subscribe === 'function'
        ? subscribe(topic, params)
        : [subscribe, params === undefined ? [topic] : [topic, ...[params].flat()]],
    unsubscribe: (name, topic) =>
      name === undefined ? undefined : [typeof unsubscribe === 'function' ? unsubscribe(topic) : unsubscribe, [name]],
    confirm: (result) => (isName(result) ? result : undefined),
    notification({ method, params }) {
      const { subscription, result } = (params ?? {}) as JsonObject;
      return isName(subscription) && method === (notification ?? method) ? [subscription, result] : undefined;
    },
  });
}
