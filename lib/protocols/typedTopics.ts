import { checkFunction, checkName, checkThat } from '../options/check.js';
import { readOptions } from '../options/readOptions.js';
import { colonTopicName } from './colonTopicName.js';
import { isText } from './fields.js';
import type { Protocol } from './protocol.js';
import { typedTopicsCodec } from './typedTopicsCodec.js';

/** Options of {@link typedTopics}. */
export interface TypedTopicsOptions {
  /**
   * Templates of topics, a route and its params between colons: with `bars:{symbol}:{resolution}`, `topic('bars:AAPL:1')` asks `bars.subscribe` with
   * `{ symbol, resolution }`. Default: none; then a topic is a route and its params, `topic('bars', { symbol, resolution })`.
   */
  readonly topics?: readonly string[] | undefined;
  /**
   * The name by which the gateway is expected to confirm a topic, out of its route and params: by it confirmations are told apart that come out of
   * order. Notifications go by the name that the gateway gives. `jsonTopicName` is another one. Default `colonTopicName`: `bars:AAPL:1`.
   */
  readonly topicName?: ((route: string, params: Readonly<Record<string, unknown>>) => string) | undefined;
  /**
   * The type of the reply to a command; `undefined`: it has none, so that it can only be sent. Default: the
   * command with `.response` after it.
   */
  readonly replyType?: ((command: string) => string | undefined) | undefined;
  /**
   * The topic and the data of what the gateway sends unasked; `undefined`: it names no topic. Has no effects, and does not throw on what a
   * gateway sends. Default: those of a payload `{ topic, payload }`.
   */
  readonly readUpdate?: ((type: string, payload: unknown) => readonly [topic: string, data: unknown] | undefined) | undefined;
  /** The command of pings, as the gateway has it. Default: the first topic that is subscribed to is asked for once more. */
  readonly ping?: string | undefined;
  /** The type of the answer to `ping`. Default `'pong'`. */
  readonly pong?: string | undefined;
}

const checkTemplates = (owner: string, name: string, value: readonly string[]): readonly string[] =>
  checkThat(
    owner,
    name,
    value,
    'templates as ["route:{param}"]',
    Array.isArray(value) && value.every((template) => /^[^:{}]+(:\{\w+\})*$/.test(template as string)),
  );

const readNamed = (_type: string, payload: unknown): readonly [topic: string, data: unknown] | undefined => {
  const { topic, payload: data } = Object(payload) as { readonly topic?: unknown; readonly payload?: unknown };
  return isText(topic) && data !== undefined ? [topic, data] : undefined;
};

/**
 * Frames `{ type, payload }` without ids, as gateways built with FastWS speak them: replies have a type of their own, topics have names.
 *
 * A request is answered by the next frame of its reply's type, `orders.place` by `orders.place.response`; with the `status` `'error'` it is an error
 * reply, whose `code` is the payload's (else `'error'`) and whose `detail` is its `message`. A reply that comes after the timeout is still that
 * request's, never the next one's; if none comes for another timeout, the session is given up. There are no streams, and nothing to cancel with.
 * The key of an idempotent request stays at home.
 *
 * A topic is subscribed to by its route and params, `bars.subscribe` with `{ symbol, resolution }`, and confirmed by the reply, whose `topic` is the
 * name that notifications come under; a `status` that is not `'ok'` refuses it. What comes unasked and names no topic is for the only topic of its
 * route (`bars.update` for that of `bars`); with several, or none, it is a notification under its type, for `notifications('bars.update')`.
 *
 * Heartbeats are messages, every 25 s: such gateways hang up on who is silent, whatever WebSocket pings there are. Without `ping`, and without a
 * topic, there is nothing to ask: then nothing is sent, and nobody is given up. A close with 1003 is retried if its reason is a timeout; else the
 * gateway did not understand us, which is final.
 *
 * ```ts
 * const protocol = typedTopics({ topics: ['bars:{symbol}:{resolution}'] });
 * const session$ = connect({ url: 'wss://gw.example/api/v1/ws', protocol }).pipe(heartbeat(), retryBackoff(), shareSession());
 * session$.pipe(topic<Bar>('bars:{symbol}:{resolution}', { symbol: 'AAPL', resolution: '1' }));
 * ```
 *
 * @throws TypeError with the name of the option that is invalid.
 */
export function typedTopics(options: TypedTopicsOptions = {}): Protocol {
  const settings = readOptions('typedTopics', options, {
    topics: [checkTemplates, []],
    topicName: [checkFunction, colonTopicName],
    replyType: [checkFunction, (command: string) => `${command}.response`],
    readUpdate: [checkFunction, readNamed],
    ping: [checkName],
    pong: [checkName, 'pong'],
  });
  return {
    name: 'typedTopics',
    correlation: 'order',
    heartbeat: { mode: 'message', interval: 25_000, timeout: 10_000 },
    client: () => typedTopicsCodec(settings),
    closeCodes: (code, reason) => (code === 1003 && reason.startsWith('Connection timed out') ? 'retry' : undefined),
  };
}
