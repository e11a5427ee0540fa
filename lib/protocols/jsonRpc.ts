import { checkFlag, checkFunction, checkName } from '../options/check.js';
import { readOptions } from '../options/readOptions.js';
import { jsonRpcCodec } from './jsonRpcCodec.js';
import type { JsonRpcCall, JsonRpcTopics } from './jsonRpcTopics.js';
import type { MessageId } from './message.js';
import type { Protocol } from './protocol.js';

/** Options of {@link jsonRpc}. */
export interface JsonRpcOptions {
  /** Whether frames have the member `jsonrpc: "2.0"`. Some gateways know none, and the DevTools protocol refuses it. Default `true`. */
  readonly jsonrpc?: boolean | undefined;
  /**
   * How topics go over the wire: `jsonRpcSubscriptions(…)`, `jsonRpcEvents()`, or `jsonRpcTopics(…)`. Default: the gateway sends notifications
   * unasked; a topic is a method of theirs, and is confirmed at once.
   */
  readonly topics?: JsonRpcTopics | undefined;
  /**
   * A member beside `method` that says what a call or a notification is about. Names then are `<its value>/<method>`, where it is there:
   * with `scope: 'sessionId'`, `request('8A…/Page.enable')` and `topic('8A…/Page.loadEventFired')`. Default: none.
   */
  readonly scope?: string | undefined;
  /** Makes the params of each call to the gateway, out of its method and data, as where each begins with a token. Default: the data. */
  readonly params?: ((method: string, data: unknown) => unknown) | undefined;
  /** The notification that says that nobody waits for the answer to request `id`. Default: none, the answer is counted and dropped. */
  readonly cancel?: ((id: MessageId) => JsonRpcCall) | undefined;
  /** The method of pings. Any answer is a pong, be it that there is no such method. Default `'rpc.ping'`. */
  readonly ping?: string | undefined;
}

/**
 * JSON-RPC 2.0 over WebSocket, in text frames; binary ones are read if they hold UTF-8 JSON.
 *
 * A command is a method, its data are the params: a list (by position), an object (by name) or nothing; anything else fails to be sent. An
 * error reply fails with `RequestFailedError`, whose `code`, `detail` and `data` are those of the error object. `send` is a notification.
 * What the gateway sends without an id is a notification under its method: `notifications('method')` hears it, and so does
 * `topic('method')`, which by default asks the gateway for nothing. See the option `topics` for gateways that have to be asked.
 * Its requests are answered by `commands`. A batch that comes in is read item by item; a bad one costs only itself, and one of more than 1,000
 * items is malformed as a whole. Batches are not sent.
 *
 * There is one reply to a request, so none streams; the key of an idempotent one stays at home.
 *
 * Pings are requests, so that they work in a browser and with any gateway. There is no greeting: a session is open with its socket.
 *
 * A server answers requests, a batch of them with a list, and tells notifications. Codes of failures that are words become numbers:
 * `UNKNOWN_COMMAND` -32601, `INVALID_DATA` -32602, `INTERNAL_ERROR` -32603, others -32000 with the word before the text. Its clients
 * cannot subscribe to its `topics`: that has no one form in JSON-RPC.
 *
 * ```ts
 * const session$ = connect({ url: 'wss://gw.example/rpc', protocol: jsonRpc() }).pipe(heartbeat(), retryBackoff(), shareSession());
 * session$.pipe(request<number>('subtract', [42, 23]));
 *
 * jsonRpc({ topics: jsonRpcSubscriptions({ subscribe: 'eth_subscribe', unsubscribe: 'eth_unsubscribe' }) });
 * jsonRpc({ jsonrpc: false, scope: 'sessionId' }); // the DevTools protocol
 * jsonRpc({ params: (method, data = []) => (/^aria2/.test(method) ? [`token:${secret}`, ...(data as unknown[])] : data) });
 * ```
 *
 * @throws TypeError with the name of the option that is invalid.
 */
export function jsonRpc(options: JsonRpcOptions = {}): Protocol {
  const settings = readOptions('jsonRpc', options, {
    jsonrpc: [checkFlag, true],
    topics: [checkFunction],
    scope: [checkName],
    params: [checkFunction],
    cancel: [checkFunction],
    ping: [checkName, 'rpc.ping'],
  });
  return {
    name: 'jsonRpc',
    shared: ['notification', 'send'],
    client: () => jsonRpcCodec(settings, false),
    server: () => jsonRpcCodec(settings, true),
  };
}
