import type { JsonObject } from './jsonReader.js';
import { type JsonRpcTopics, jsonRpcTopics } from './jsonRpcTopics.js';

/**
 * Topics as the events of `rpc-websockets`: `rpc.on` with the name, whose result says `ok` of it or why not, `rpc.off`, and notifications
 * `{ notification, params }`, whose params are a topic's data. An event has no params of its own.
 *
 * ```ts
 * jsonRpc({ topics: jsonRpcEvents() })
 * ```
 */
export function jsonRpcEvents(): JsonRpcTopics {
  return jsonRpcTopics({
    subscribe(topic, params) {
      if (params !== undefined) throw new TypeError('An event has no params');
      return ['rpc.on', [topic]];
    },
    unsubscribe: (_name, topic) => ['rpc.off', [topic]],
    confirm: (result, topic) => ((result as JsonObject | null | undefined)?.[topic] === 'ok' ? topic : undefined),
    notification: ({ notification, params }) => (typeof notification === 'string' ? [notification, params] : undefined),
  });
}
