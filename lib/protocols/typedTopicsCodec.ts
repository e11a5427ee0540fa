import { MalformedMessageError } from '../errors/gatewayErrors.js';
import { isRecord } from '../options/check.js';
import { isId, isText } from './fields.js';
import { createHeldTopics } from './heldTopics.js';
import { type JsonObject, jsonReader } from './jsonReader.js';
import type { Message, MessageId } from './message.js';
import type { Codec } from './protocol.js';
import { createReplyLines } from './replyLines.js';
import { topicParams } from './topicParams.js';
import type { TypedTopicsOptions } from './typedTopics.js';

/** The options, with those that have a default. */
export interface TypedTopicsSettings extends TypedTopicsOptions {
  readonly topicName: NonNullable<TypedTopicsOptions['topicName']>;
  readonly replyType: NonNullable<TypedTopicsOptions['replyType']>;
  readonly readUpdate: NonNullable<TypedTopicsOptions['readUpdate']>;
  readonly topics: readonly string[];
  readonly pong: string;
}

/** Who waits for a reply. */
interface Asked {
  /** What the reply is about; nothing, where nobody wants it. */
  readonly kind?: 'request' | 'subscribe' | 'ping';
  readonly id?: MessageId;
  /** The name that the gateway is expected to answer with. */
  readonly topic?: string;
  readonly timestamp?: number | undefined;
}

const nobody: Asked = {};

/** A topic that was asked for. */
interface Grant {
  readonly route: string;
  readonly params: object;
  /** The name that is expected; once confirmed, the name the gateway gave. */
  topic: string;
}

/** Finds the route of a topic, and all its params: by a template that fits, else the name is the route. */
const createRoutes = (templates: readonly string[]) => {
  const routes = templates.map((template) => [template.replace(/[:{].*/s, ''), topicParams(template)] as const);
  return (topic: string, params: unknown): readonly [route: string, params: JsonObject] => {
    if (!isRecord(params)) throw new TypeError('params must be an object');
    for (const [route, match] of routes) {
      const filled = match(topic);
      if (filled) return [route, { ...filled, ...params }];
    }
    // The gateway would hang up on a type that it does not know.
    if (topic.includes(':')) throw new TypeError('No template of the option topics fits it');
    return [topic, params as JsonObject];
  };
};

/** The codec of one session. */
export function typedTopicsCodec(settings: TypedTopicsSettings): Codec {
  const { topicName, replyType, readUpdate, topics, ping, pong } = settings;
  const read = jsonReader();
  const lines = createReplyLines<Asked>();
  const grants = new Map<MessageId, Grant>();
  const held = createHeldTopics();
  const routeOf = createRoutes(topics);

  const ask = (type: string, payload: unknown, asked: Asked, answer = replyType(type)): string => {
    const frame = JSON.stringify({ type, payload });
    if (answer !== undefined) lines.put(answer, asked);
    else if (asked.kind === 'request') throw new TypeError('A command without a reply cannot be requested');
    return frame;
  };

  const readReply = (asked: Asked, body: JsonObject): Message | readonly Message[] => {
    const { payload } = body;
    const { kind, id = 0, timestamp } = asked;
    const { status, code, message, topic } = (isRecord(payload) ? payload : {}) as JsonObject;
    const fault = {
      id,
      code: [code, status].find(isId) ?? 'REFUSED',
      message: isText(message) ? message : undefined,
      data: payload,
    };
    // The status of an order is no error.
    const failed = status === 'error';
    const refused = failed || (status ?? 'ok') !== 'ok';
    const grant = grants.get(id);
    switch (kind) {
      case 'request':
        return failed ? { kind: 'failure', ...fault } : { kind: 'reply', id, data: payload, last: true };
      case 'subscribe': {
        if (refused) {
          drop(id);
          return { kind: 'refusal', ...fault };
        }
        const name = isText(topic) ? topic : (asked.topic as string);
        if (grant) {
          held.remove(grant.route, grant.topic);
          held.add(grant.route, (grant.topic = name));
        }
        return { kind: 'confirmation', id, topic: name };
      }
      case 'ping': {
        const alive = { kind: 'pong', timestamp } as const;
        // The topic that was asked for once more is there no longer.
        if (!refused || !grant) return alive;
        drop(id);
        return [alive, { kind: 'refusal', ...fault }];
      }
      default:
        // That it failed is for who listens.
        return failed ? { kind: 'other', body } : [];
    }
  };
  /** Forgets a topic; gives it back, unless another one goes by its name still. */
  const drop = (id: MessageId): Grant | undefined => {
    const grant = grants.get(id);
    if (!grant) return undefined;
    grants.delete(id);
    return held.remove(grant.route, grant.topic) ? undefined : grant;
  };
  const readBody = (body: JsonObject): Message | readonly Message[] => {
    const { type, payload } = body;
    if (!isText(type)) throw new TypeError('type must be a string');
    const asked = lines.take(type, (payload as { readonly topic?: unknown } | null | undefined)?.topic);
    if (asked) return readReply(asked, body);
    if (lines.has(type)) return { kind: 'other', body };
    const told = readUpdate(type, payload);
    if (told) return { kind: 'notification', topic: told[0], data: told[1] };
    // Without a name it is for the only topic that it can be for.
    return { kind: 'notification', topic: held.only(type.replace(/\.[^.]*$/, '')) ?? type, data: payload };
  };

  return {
    encode(message) {
      switch (message.kind) {
        case 'request':
          return ask(message.command, message.data, { kind: 'request', id: message.id });
        case 'send':
          return ask(message.command, message.data, nobody);
        case 'subscribe': {
          const { kind, id } = message;
          const [route, params] = routeOf(message.topic, message.params ?? {});
          const topic = topicName(route, params);
          const type = `${route}.subscribe`;
          const frame = ask(type, params, { kind, id, topic });
          grants.set(id, { route, params, topic });
          held.add(route, topic);
          return replyType(type) === undefined ? { frames: [frame], answers: [{ kind: 'confirmation', id, topic }] } : frame;
        }
        case 'unsubscribe': {
          const grant = drop(message.id);
          return grant && ask(`${grant.route}.unsubscribe`, grant.params, nobody);
        }
        case 'ping': {
          const { kind, timestamp } = message;
          if (ping !== undefined) return ask(ping, undefined, { kind, timestamp }, pong);
          // To ask for a topic that is there changes nothing, and is the only thing that every such gateway answers.
          const [first] = grants;
          if (!first) return { frames: [], answers: [{ kind: 'pong', timestamp }] };
          const [id, { route, params, topic }] = first;
          return ask(`${route}.subscribe`, params, { kind, timestamp, id, topic });
        }
        default:
          return undefined;
      }
    },
    decode(frame) {
      try {
        return readBody(read(frame));
      } catch (problem) {
        return { kind: 'malformed', error: new MalformedMessageError('in', (problem as Error).message) };
      }
    },
  };
}
