import { MalformedMessageError } from '../errors/gatewayErrors.js';
import { isText } from './fields.js';
import { type GraphqlOperations, type GraphqlPayload, record } from './graphqlOperations.js';
import { asJsonObject, type JsonObject, jsonReader } from './jsonReader.js';
import type { Message, MessageId } from './message.js';
import type { Codec } from './protocol.js';

/** An operation that the gateway runs for us. */
interface Running {
  /** The id of the request or subscribe. */
  readonly id?: MessageId;
  /** The name of the topic that its results belong to. */
  readonly topic?: string;
  /** It has no more than one result. */
  readonly single?: boolean;
}

/** A send, or a request that had its one result: nobody waits for more. */
const done: Running = {};

/** One of the errors of a result, as far as it is what it should be. */
type GraphqlError = { readonly message?: unknown; readonly extensions?: { readonly code?: unknown } | null } | null;

const frame = (type: string, payload?: unknown, id?: string): string => JSON.stringify({ id, type, payload });
const malformed = (text: string) => new MalformedMessageError('in', text);

/** Errors as one: its code is the first that there is. */
const faultOf = (errors: readonly GraphqlError[]) => ({
  code: (errors.map((error) => error?.extensions?.code).find((code) => isText(code) || Number.isFinite(code)) ??
    'GRAPHQL_ERROR') as string | number,
  message: errors.map((error) => error?.message).join('; '),
});

/** The messages of a frame that is about an operation; keeps `running` up to date. */
function readResult(running: Map<string, Running>, body: JsonObject, whole: boolean): Message | Message[] {
  const { type, id, payload } = body;
  if (!isText(id)) throw new TypeError(`${type as string} id must be a string`);
  // Of what we left, or never asked for, is a reply to nobody, which is counted. Our ids are numbers.
  const { id: asked, topic, single = false } = running.get(id) ?? done;
  const own = asked ?? (+id || id);
  const isError = type === 'error';
  if (type === 'complete') {
    running.delete(id);
    // It crossed ours, or what it ends has had its one result.
    if (!asked) return [];
    return topic ? { kind: 'ended', topic } : { kind: 'reply', id: own, last: true };
  }
  const result = (isError ? { errors: [payload].flat() } : record('next payload', payload)) as JsonObject;
  const errors = [result.errors ?? []].flat() as GraphqlError[];
  const last = isError || single;
  if (isError) running.delete(id);
  else if (single) running.set(id, done);
  if (isError || (errors.length > 0 && !whole))
    return { kind: topic ? 'refusal' : 'failure', id: own, ...faultOf(errors), data: result, last };
  // What adds to an earlier result has no data of its own.
  const data = whole || !('data' in result) ? result : result.data;
  return topic ? { kind: 'notification', topic, data } : { kind: 'reply', id: own, data, last };
}

/** The codec of one session. With `whole`, values are results with their errors and extensions; else they are the `data` of a result. */
export function graphqlCodec({ run, listen }: GraphqlOperations, whole: boolean): Codec {
  const read = jsonReader(asJsonObject);
  const running = new Map<string, Running>();
  let sent = 0;
  /** What came with the last ping. */
  let echo: unknown;

  const start = (id: string, operation: Running, payload: GraphqlPayload): string => {
    const text = frame('subscribe', payload, id);
    running.set(id, operation);
    return text;
  };
  const pong = (): string => frame('pong', echo);

  return {
    encode(message) {
      const { kind } = message;
      switch (kind) {
        case 'request': {
          const { id, command, data, stream, key } = message;
          const payload = run(command, data);
          const extensions = key === undefined ? payload.extensions : { ...payload.extensions, idempotencyKey: key };
          // Only subscriptions, and what directives ask for, have many results: those the session is to stop after the first.
          return start(`${id}`, { id, single: !stream && !/subscription|@/.test(payload.query) }, { ...payload, extensions });
        }
        case 'send':
          return start(`send-${++sent}`, done, run(message.command, message.data));
        case 'subscribe': {
          const { id, key, topic, params } = message;
          const operation = { id, topic: key };
          // The wire has no confirmation, only an error if it comes to that.
          return {
            frames: [start(`${id}`, operation, listen(topic, params))],
            answers: [{ kind: 'confirmation', ...operation }],
          };
        }
        case 'cancel':
        case 'unsubscribe': {
          const id = String(message.id);
          return running.delete(id) ? frame('complete', undefined, id) : undefined;
        }
        case 'ping':
          return frame(kind);
        case 'pong':
          return pong();
        default:
          return undefined;
      }
    },
    decode(raw) {
      try {
        const body = read(raw);
        const { type, payload } = body;
        switch (type) {
          case 'next':
          case 'error':
          case 'complete':
            return readResult(running, body, whole);
          case 'ping':
            echo = payload ?? undefined;
            return { kind: type };
          case 'pong':
            return { kind: type };
        }
        if (!isText(type)) throw new TypeError('type must be a string');
        return { kind: 'other', body };
      } catch (problem) {
        return { kind: 'malformed', error: malformed((problem as Error).message) };
      }
    },
    greeting: {
      open: (credentials) => [frame('connection_init', credentials == null ? undefined : record('credentials', credentials))],
      accept(message) {
        const { kind } = message;
        if (kind === 'ping') return { send: [pong()] };
        if (kind === 'pong') return 'wait';
        const { type, payload } = (message as { readonly body?: JsonObject }).body ?? {};
        if (type === 'connection_ack') return { opened: payload };
        return { refused: malformed('connection_ack must come first') };
      },
    },
  };
}
