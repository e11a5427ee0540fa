import { MalformedMessageError } from '../errors/gatewayErrors.js';
import { expandTopic } from '../contract/expandTopic.js';
import { isRecord } from '../options/check.js';
import { colonTopicName } from '../protocols/colonTopicName.js';
import { isText } from '../protocols/fields.js';
import { type JsonObject, jsonReader } from '../protocols/jsonReader.js';
import type { Message } from '../protocols/message.js';
import type { Codec, Protocol } from '../protocols/protocol.js';
import { typedTopics } from '../protocols/typedTopics.js';

/** Options of {@link typedTopicsGateway}. */
export interface TypedTopicsGatewayOptions {
  /** Templates of topics, each beginning with its route. Default: none. */
  readonly topics?: readonly string[] | undefined;
  /** Commands that have no reply. Default: none. */
  readonly sends?: readonly string[] | undefined;
  /** Routes whose updates do not say their topic. Default: none, `{ topic, payload }` it is. */
  readonly plain?: readonly string[] | undefined;
}

/** A topic that a peer asked for: its route, and the name that the peer is told. */
interface Grant {
  readonly route: string;
  readonly name: string;
  readonly topic: string;
}

const routeOf = (template: string): string => template.replace(/[:{].*/s, '');
const malformed = (reason: string): Message => ({
  kind: 'malformed',
  error: new MalformedMessageError('in', `typedTopicsGateway: ${reason}`),
});

function gatewayCodec({ topics = [], sends = [], plain = [] }: TypedTopicsGatewayOptions): Codec {
  const read = jsonReader();
  const templates = new Map(topics.map((template) => [routeOf(template), template]));
  const asked = new Map<number, { readonly command?: string; readonly grant?: Grant }>();
  const grants = new Map<string, Grant>();
  let last = 0;

  const readTopic = (route: string, payload: JsonObject): Grant & { readonly params: unknown } => {
    const { name, rest } = expandTopic(templates.get(route) ?? route, payload);
    return {
      route,
      topic: name,
      name: colonTopicName(route, payload),
      params: isRecord(rest) && Object.keys(rest).length === 0 ? undefined : rest,
    };
  };
  const decode = (type: string, payload: unknown): Message => {
    const [, route = '', action] = /^(.+)\.(subscribe|unsubscribe)$/.exec(type) ?? [];
    const id = ++last;
    if (!templates.has(route)) {
      if (sends.includes(type)) return { kind: 'send', command: type, data: payload };
      asked.set(id, { command: type });
      return { kind: 'request', id, command: type, data: payload };
    }
    const { params, ...grant } = readTopic(route, (isRecord(payload) ? payload : {}) as JsonObject);
    if (action === 'unsubscribe') return { kind: 'unsubscribe', id, topic: grant.topic };
    asked.set(id, { grant });
    return {
      kind: 'subscribe',
      id,
      key: JSON.stringify([grant.topic, params]),
      topic: grant.topic,
      ...(params !== undefined && { params }),
    };
  };
  const answer = (id: number, payload: unknown): string | undefined => {
    const { command, grant } = asked.get(id) ?? {};
    asked.delete(id);
    const type = grant ? `${grant.route}.subscribe` : command;
    return type === undefined ? undefined : JSON.stringify({ type: `${type}.response`, payload });
  };

  return {
    decode: (frame) => {
      try {
        const { type, payload } = read(frame);
        return isText(type) ? decode(type, payload) : malformed('a frame has no type');
      } catch (cause) {
        return malformed(cause instanceof Error ? cause.message : 'unreadable');
      }
    },
    encode: (message) => {
      if (message.kind === 'reply') return answer(message.id as number, message.data);
      if (message.kind === 'failure' || message.kind === 'refusal')
        return answer(message.id as number, { status: 'error', code: message.code, message: message.message });
      if (message.kind === 'confirmation') {
        const grant = asked.get(message.id as number)?.grant;
        if (!grant) return undefined;
        grants.set(message.topic, grant);
        return answer(message.id as number, { status: 'ok', topic: grant.name });
      }
      if (message.kind !== 'notification') return undefined;
      const { topic, data } = message;
      const grant = grants.get(topic);
      if (!grant) return JSON.stringify({ type: topic, payload: data });
      const { route, name } = grant;
      return JSON.stringify({ type: `${route}.update`, payload: plain.includes(route) ? data : { topic: name, payload: data } });
    },
  };
}

/**
 * The protocol `typedTopics()` with the other side as well: for gateways in tests, and for mocks that a document was made into. A topic is
 * confirmed under its route and the values that were asked with, `bars:AAPL:1`.
 *
 * @example
 * serve({ port: 0, host: '127.0.0.1', protocol: typedTopicsGateway({ topics: ['bars:{symbol}'] }) }).pipe(topics(handlers));
 */
export const typedTopicsGateway = (options: TypedTopicsGatewayOptions = {}): Protocol => ({
  ...typedTopics({ topics: options.topics }),
  server: () => gatewayCodec(options),
});
