import { idRule, isId, isText } from './fields.js';
import { isBatch } from './isBatch.js';
import { isJsonObject, type JsonObject, jsonReader } from './jsonReader.js';
import type { JsonRpcOptions } from './jsonRpc.js';
import { createJsonRpcBatches } from './jsonRpcBatches.js';
import { readJsonRpcError, writeJsonRpcError } from './jsonRpcError.js';
import { malformed, notAnObject } from './malformed.js';
import type { Message, MessageId } from './message.js';
import type { Codec, Frame } from './protocol.js';

/** The options, with those that have a default. */
export interface JsonRpcSettings extends JsonRpcOptions {
  readonly jsonrpc: boolean;
  readonly ping: string;
}

type Messages = Message | readonly Message[];

// The ids of calls that are not the session's count down from here: some gateways read 32 bits.
const top = 2 ** 31;

/** The codec of one side of one session. */
export function jsonRpcCodec(settings: JsonRpcSettings, isServer: boolean): Codec {
  const { scope, params, ping, cancel, topics } = settings;
  const jsonrpc = settings.jsonrpc ? '2.0' : undefined;
  const batches = createJsonRpcBatches();
  const owed: string[] = [];
  let last = top;
  /** The ping that is under way: its id, and its time. */
  let beat: readonly [id?: MessageId, timestamp?: number | undefined] = [];

  const write = (body: object): string => JSON.stringify({ jsonrpc, ...body });
  const answer = (id: MessageId, body: object): Frame | undefined => batches.answer(id, write({ id, ...body }));
  const call = (command: string, data: unknown, id?: MessageId): string => {
    const end = scope ? command.indexOf('/') : -1;
    const method = command.slice(end + 1);
    const given = params ? params(method, data) : data;
    if (given !== undefined && Object(given) !== given) throw new TypeError('params must be a list or an object');
    return write({ id, method, params: given, ...(end > 0 && { [scope as string]: command.slice(0, end) }) });
  };
  const ask = (command: string, data?: unknown): string => call(command, data, --last);
  // Asking for topics is up to clients.
  const wire = isServer ? undefined : topics?.({ call, ask, owed });

  const readAnswer = (id: MessageId, body: JsonObject): Messages => {
    const { result, error } = body;
    const failed = error != null;
    if (id === beat[0]) return { kind: 'pong', timestamp: beat[1] };
    // What answers a call of ours that nobody waits for.
    if ((id as number) >= last && (id as number) < top) return failed ? { kind: 'other', body } : [];
    return (
      wire?.settle(id, body) ??
      (failed ? { kind: 'failure', id, ...readJsonRpcError(error) } : { kind: 'reply', id, data: result, last: true })
    );
  };
  const readBody = (body: JsonObject): Messages => {
    const { id, method, params: data } = body;
    const told = wire?.notification(body);
    if (told) return told;
    if (id != null && !isId(id)) throw new TypeError(`id must be ${idRule}`);
    // A gateway may give our numbers back as strings.
    if (method == null) return id == null ? { kind: 'other', body } : readAnswer(`${Number(id)}` === id ? Number(id) : id, body);
    if (!isText(method)) throw new TypeError('method must be a string');
    if (method === ping && Number.isInteger(id)) return { kind: 'ping', timestamp: id as number };
    const within = scope && body[scope];
    const command = isText(within) ? `${within}/${method}` : method;
    if (id != null) return { kind: 'request', id, command, data };
    return isServer ? { kind: 'send', command, data } : { kind: 'notification', topic: command, data };
  };
  const readItem = (item: unknown, answers: string[]): Messages => {
    let message: Message;
    try {
      if (isJsonObject(item)) return readBody(item);
      message = notAnObject(item);
    } catch (problem) {
      // What is not thrown by our readers is an overflow of the stack.
      message = malformed((problem as Error).message);
    }
    // A server says so, to nobody by id; a client that did would answer what may have been an answer.
    const code = item === undefined ? -32700 : -32600;
    if (isServer) answers.push(write({ id: null, error: { code, message: 'Invalid Request' } }));
    return message;
  };
  const readBatch = (items: readonly unknown[]): readonly Message[] => {
    const answers: string[] = [];
    const messages = items.flatMap((item) => readItem(item, answers));
    const ids = messages.flatMap((message) =>
      message.kind === 'request' ? message.id : message.kind === 'ping' ? (message.timestamp ?? []) : [],
    );
    const frame = batches.open(ids, answers);
    if (frame) owed.push(frame);
    return messages;
  };

  return {
    encode(message) {
      switch (message.kind) {
        case 'request':
          return call(message.command, message.data, message.id);
        case 'send':
          return call(message.command, message.data);
        case 'notification':
          return call(message.topic, message.data);
        case 'reply':
          return answer(message.id, { result: message.data ?? null });
        case 'failure':
          return answer(message.id, { error: writeJsonRpcError(message) });
        case 'subscribe': {
          const { id, topic, params: given } = message;
          const frame = wire?.subscribe(message);
          if (!frame && given !== undefined) throw new TypeError('A topic that is not asked for has no params');
          return frame ?? { frames: [], answers: [{ kind: 'confirmation', id, topic }] };
        }
        case 'unsubscribe':
          return wire?.unsubscribe(message.id);
        case 'cancel':
          return cancel && call(...cancel(message.id));
        case 'ping': {
          const frame = ask(ping);
          beat = [last, message.timestamp];
          return frame;
        }
        case 'pong':
          return answer(message.timestamp as number, { result: null });
        default:
          return undefined;
      }
    },
    decode: jsonReader((body) => (isBatch(body) ? readBatch(body) : readItem(body, owed))),
    owed,
  };
}
