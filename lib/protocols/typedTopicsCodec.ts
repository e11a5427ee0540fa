import { MalformedMessageError } from '../errors/gatewayErrors.js';
import { checkName, isRecord } from '../options/check.js';
import { isText } from './fields.js';
import { asJsonObject, type JsonObject, jsonReader } from './jsonReader.js';
import type { Message, MessageId } from './message.js';
import type { Codec } from './protocol.js';
import { createReplyLines, type Waiter } from './replyLines.js';
import type { TypedTopicsOptions } from './typedTopics.js';

/** The options, with those that have a default. */
export interface TypedTopicsSettings extends TypedTopicsOptions {
  readonly topicName: NonNullable<TypedTopicsOptions['topicName']>;
  readonly replyType: NonNullable<TypedTopicsOptions['replyType']>;
  readonly readUpdate: NonNullable<TypedTopicsOptions['readUpdate']>;
  readonly topics: readonly string[];
  readonly pong: string;
}

interface Asked extends Waiter {
  readonly id?: MessageId;
}

const nobody: Asked = {};

/** A topic that was asked for. */
interface Grant {
  readonly route: string;
  readonly params: object;
  /** The name that is expected; once confirmed, the name the gateway gave. */
  topic: string;
  /** The names of all topics of the route, as often as they are there. */
  readonly names: string[];
}

/** Finds the route of a topic, and all its params: what its name has behind the route, by the template of that many, beside the others. */
const createRoutes = (templates: readonly string[]) => {
  const keysOf = new Map(templates.map((template) => [template.replace(/\{\w+\}/g, ''), template.match(/\w+(?=\})/g)]));
  return (topic: string, params: unknown): readonly [route: string, params: JsonObject] => {
    const [route = '', ...values] = topic.split(':');
    const keys = values.length > 0 ? keysOf.get(route + ':'.repeat(values.length)) : [];
    // The gateway would hang up on what it does not know.
    if (!keys || !isRecord(params)) throw new TypeError('No template fits');
    const filled = keys.map((key, index) => [key, decodeURIComponent(values[index] as string)]);
    return [route, { ...Object.fromEntries(filled), ...params }];
  };
};

/** The codec of one session. */
export function typedTopicsCodec(settings: TypedTopicsSettings): Codec {
  const { topicName, replyType, readUpdate, topics, ping, pong } = settings;
  const { put, take } = createReplyLines<Asked>();
  const grants = new Map<MessageId, Grant>();
  const namesOf = new Map<string, string[]>();
  const routeOf = createRoutes(topics);
  const read = jsonReader(asJsonObject);

  const ask = (type: string, payload: unknown, asked: Asked, answer = replyType(type)): string => {
    const frame = JSON.stringify({ type, payload });
    if (answer !== undefined) put(answer, asked);
    else if (asked.kind) throw new TypeError('No reply');
    return frame;
  };
  const askFor = (verb: string, { route, params }: Grant, asked: Asked): string => ask(`${route}.${verb}`, params, asked);
  const unname = ({ names, topic }: Grant): void => void names.splice(names.indexOf(topic), 1);
  const drop = (id: MessageId): Grant | undefined => {
    const grant = grants.get(id);
    if (grant) unname(grant);
    grants.delete(id);
    return grant;
  };

  const readReply = ({ kind, id = 0, topic: expected }: Asked, body: JsonObject): Message | readonly Message[] => {
    const { payload: data } = body;
    const { status, code, message, topic: named } = Object(data) as JsonObject;
    // The status of an order is no error.
    const failed = kind === 'request' || !kind ? status === 'error' : (status ?? 'ok') !== 'ok';
    const fault = {
      id,
      code: Number.isFinite(code) ? (code as number) : String(code ?? status),
      message: isText(message) ? message : undefined,
      data,
    };
    // That it failed is for who listens.
    if (!kind) return failed ? { kind: 'other', body } : [];
    if (kind === 'request') return failed ? { kind: 'failure', ...fault } : { kind: 'reply', id, data, last: true };
    const grant = failed ? drop(id) : grants.get(id);
    const refusal: Message = { kind: 'refusal', ...fault };
    if (kind === 'ping') {
      const alive: Message = { kind: 'pong' };
      // The topic that was asked for once more is there no longer.
      return failed && grant ? [alive, refusal] : alive;
    }
    if (failed) return refusal;
    const topic = isText(named) ? named : (expected as string);
    if (grant) {
      unname(grant);
      grant.names.push((grant.topic = topic));
    }
    return { kind: 'confirmation', id, topic };
  };
  const readBody = (body: JsonObject): Message | readonly Message[] => {
    const { payload } = body;
    const type = checkName('message', 'type', body.type);
    const asked = take(type, (Object(payload) as JsonObject).topic);
    if (asked) return readReply(asked, body);
    if (asked === null) return { kind: 'other', body };
    const [topic, data] = readUpdate(type, payload) ?? [undefined, payload];
    const names = namesOf.get(type.replace(/\.[^.]*$/, ''));
    // Without a name it is for the only topic that it can be for.
    const only = names?.every((name) => name === names[0]) && names[0];
    return { kind: 'notification', topic: topic ?? (only || type), data };
  };

  return {
    encode(message) {
      switch (message.kind) {
        case 'request':
          return ask(message.command, message.data, message);
        case 'send':
          return ask(message.command, message.data, nobody);
        case 'subscribe': {
          const { kind, id } = message;
          const [route, params] = routeOf(message.topic, message.params ?? {});
          const topic = topicName(route, params);
          const names = namesOf.get(route) ?? [];
          const grant = { route, params, topic, names };
          const frame = askFor(kind, grant, { kind, id, topic });
          namesOf.set(route, names);
          names.push(topic);
          grants.set(id, grant);
          return frame;
        }
        case 'unsubscribe': {
          const grant = drop(message.id);
          // It stays where another one goes by its name.
          return grant && !grant.names.includes(grant.topic) ? askFor(message.kind, grant, nobody) : undefined;
        }
        case 'ping': {
          const { kind } = message;
          if (ping !== undefined) return ask(ping, undefined, { kind }, pong);
          // To ask for a topic that is there changes nothing, and is the only thing that every such gateway answers.
          for (const [id, grant] of grants) return askFor('subscribe', grant, { kind, id, topic: grant.topic });
          return { frames: [], answers: [{ kind: 'pong' }] };
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
