import { MalformedMessageError } from '../errors/gatewayErrors.js';
import { expandTopic } from '../contract/expandTopic.js';
import { isRecord } from '../options/check.js';
import { colonTopicName } from '../protocols/colonTopicName.js';
import { isText } from '../protocols/fields.js';
import { asJsonObject, type JsonObject, jsonReader } from '../protocols/jsonReader.js';
import type { Message, MessageId } from '../protocols/message.js';
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

/** A topic that a peer asked for: its route, the name that the peer is told, and what the server calls it. */
interface Grant {
  readonly route: string;
  readonly name: string;
  readonly topic: string;
  readonly params: unknown;
  /** The same for the same topic. */
  readonly key: string;
}

/** What a frame is about, until it is answered. */
interface Asked {
  readonly type: string;
  readonly grant?: Grant;
}

const routeOf = (template: string): string => template.replace(/[:{].*/s, '');
const malformed = (reason: string): Message => ({
  kind: 'malformed',
  error: new MalformedMessageError('in', `typedTopicsGateway: ${reason}`),
});

/** Tells which topic of its route a payload means. Throws if the payload lacks what the template names. */
function readGrant(route: string, template: string, payload: JsonObject): Grant {
  const { name: topic, rest } = expandTopic(template, payload);
  const params = isRecord(rest) && Object.keys(rest).length === 0 ? undefined : rest;
  return { route, topic, name: colonTopicName(route, payload), params, key: JSON.stringify([topic, params]) };
}

function gatewayCodec({ topics = [], sends = [], plain = [] }: TypedTopicsGatewayOptions): Codec {
  const read = jsonReader(asJsonObject);
  const templates = new Map(topics.map((template) => [routeOf(template), template]));
  const asked = new Map<MessageId, Asked>();
  /** By the name that the server gave. */
  const grants = new Map<string, Grant>();
  /** The subscribes of a topic: a client asks again for one that it has, as a heartbeat. */
  const ids = new Map<string, MessageId[]>();
  const owed: string[] = [];
  let last = 0;

  const reply = (type: string, payload: unknown): string => JSON.stringify({ type: `${type}.response`, payload });
  const answer = (id: MessageId, payload: unknown): string | undefined => {
    const type = asked.get(id)?.type;
    asked.delete(id);
    return type === undefined ? undefined : reply(type, payload);
  };
  const forget = (id: MessageId, { key }: Grant): void => {
    const others = ids.get(key)?.filter((one) => one !== id) ?? [];
    if (others.length === 0) ids.delete(key);
    else ids.set(key, others);
  };

  const subscribe = (type: string, grant: Grant): Message => {
    const { key, topic, params } = grant;
    const id = ++last;
    asked.set(id, { type, grant });
    ids.set(key, [...(ids.get(key) ?? []), id]);
    return { kind: 'subscribe', id, key, topic, ...(params !== undefined && { params }) };
  };
  const unsubscribe = (type: string, { key, name, topic }: Grant): readonly Message[] => {
    // The server has no answer to that; a gateway of FastWS does.
    owed.push(reply(type, { status: 'ok', topic: name }));
    const left = ids.get(key) ?? [];
    ids.delete(key);
    return left.map((id): Message => ({ kind: 'unsubscribe', id, topic }));
  };
  const decode = (type: string, payload: unknown): Message | readonly Message[] => {
    const [, route = '', action] = /^(.+)\.(subscribe|unsubscribe)$/.exec(type) ?? [];
    const template = templates.get(route);
    if (template === undefined) {
      if (sends.includes(type)) return { kind: 'send', command: type, data: payload };
      const id = ++last;
      asked.set(id, { type });
      return { kind: 'request', id, command: type, data: payload };
    }
    try {
      const grant = readGrant(route, template, (isRecord(payload) ? payload : {}) as JsonObject);
      return action === 'subscribe' ? subscribe(type, grant) : unsubscribe(type, grant);
    } catch (cause) {
      const { message } = cause as Error;
      owed.push(reply(type, { status: 'error', code: 'INVALID_DATA', message }));
      return malformed(message);
    }
  };

  return {
    owed,
    decode: (frame) => {
      try {
        const { type, payload } = read(frame);
        return isText(type) ? decode(type, payload) : malformed('a frame has no type');
      } catch (cause) {
        return malformed(cause instanceof Error ? cause.message : 'unreadable');
      }
    },
    encode: (message) => {
      switch (message.kind) {
        case 'reply':
          return answer(message.id, message.data);
        case 'failure':
        case 'refusal': {
          const { id, code, message: text, data } = message;
          const grant = asked.get(id)?.grant;
          if (grant) forget(id, grant);
          return answer(id, { status: 'error', code, message: text, data });
        }
        case 'confirmation': {
          const grant = asked.get(message.id)?.grant;
          if (!grant) return undefined;
          grants.set(message.topic, grant);
          return answer(message.id, { status: 'ok', topic: grant.name });
        }
        case 'notification': {
          const { topic, data } = message;
          const grant = grants.get(topic);
          if (!grant) return JSON.stringify({ type: topic, payload: data });
          const { route, name } = grant;
          return JSON.stringify({
            type: `${route}.update`,
            payload: plain.includes(route) ? data : { topic: name, payload: data },
          });
        }
        default:
          return undefined;
      }
    },
  };
}

/**
 * The protocol `typedTopics()` with the other side as well: for gateways in tests, and for mocks that a document was made into. A topic is
 * confirmed under its route and the values that were asked with, `bars:AAPL:1`; one that lacks a value of its template is refused with `INVALID_DATA`.
 *
 * @example
 * serve({ port: 0, host: '127.0.0.1', protocol: typedTopicsGateway({ topics: ['bars:{symbol}'] }) }).pipe(topics(handlers));
 */
export const typedTopicsGateway = (options: TypedTopicsGatewayOptions = {}): Protocol => ({
  ...typedTopics({ topics: options.topics }),
  server: () => gatewayCodec(options),
});
