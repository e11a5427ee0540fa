import { optional, readAmount, readFlag, readId, readOwnId, readPosition, readText } from './fields.js';
import { type JsonObject, malformed } from './jsonReader.js';
import type { Message } from './message.js';

/** Leaves out the fields that are undefined, so that a message reads the same after a round trip. Not for frequent messages. */
const compact = <T extends Message>(message: T): T =>
  Object.fromEntries(Object.entries(message).filter(([, value]) => value !== undefined)) as unknown as T;

const readReply = (frame: JsonObject): Message => {
  const id = readOwnId(frame, 'id');
  const last = !optional(readFlag, frame, 'more');
  const { data } = frame;
  return data === undefined ? { kind: 'reply', id, last } : { kind: 'reply', id, data, last };
};

const readNotification = (frame: JsonObject): Message => {
  const topic = readText(frame, 'topic');
  const position = optional(readPosition, frame, 'position');
  const { data } = frame;
  if (data === undefined) return compact({ kind: 'notification', topic, position });
  return position ? { kind: 'notification', topic, data, position } : { kind: 'notification', topic, data };
};

const readCommand = (frame: JsonObject): Message => {
  const command = readText(frame, 'command');
  const { data } = frame;
  const id = optional(readId, frame, 'id');
  if (id === undefined) return data === undefined ? { kind: 'send', command } : { kind: 'send', command, data };
  const stream = optional(readFlag, frame, 'stream') || undefined;
  const key = optional(readText, frame, 'key');
  if (stream || key !== undefined) return compact({ kind: 'request', id, command, data, stream, key });
  return data === undefined ? { kind: 'request', id, command } : { kind: 'request', id, command, data };
};

const readSubscribe = (frame: JsonObject): Message => {
  const id = readId(frame, 'id');
  const topic = readText(frame, 'topic');
  const { params } = frame;
  const key = params === undefined ? topic : `${topic} ${JSON.stringify(params)}`;
  return compact({ kind: 'subscribe', id, key, topic, params, since: optional(readPosition, frame, 'since') });
};

const readConfirmation = (frame: JsonObject): Message =>
  compact({
    kind: 'confirmation',
    id: readOwnId(frame, 'id'),
    topic: readText(frame, 'topic'),
    position: optional(readPosition, frame, 'position'),
    recovered: optional(readFlag, frame, 'recovered'),
  });

const readRefusal = <K extends 'failure' | 'refusal'>(kind: K, frame: JsonObject): Message & { kind: K } =>
  compact({
    kind,
    id: readOwnId(frame, 'id'),
    code: optional(readId, frame, 'code') ?? 'ERROR',
    message: optional(readText, frame, 'error'),
    data: frame.data,
  } as Message & { kind: K });

/**
 * The message that the JSON object of a `commandNotify` frame stands for. Throws a `MalformedMessageError` where a field is not what
 * the frame's type says.
 */
export function readCommandNotify(frame: JsonObject): Message {
  switch (frame.type) {
    case 'RESPONSE':
      return readReply(frame);
    case 'NOTIFY':
      return readNotification(frame);
    case undefined:
    case null:
      return frame.command === undefined ? { kind: 'other', body: frame } : readCommand(frame);
    case 'ERROR':
      // Without an id it answers nobody: a gateway may say so of a frame that it could not read.
      if (frame.id == null) return { kind: 'other', body: frame };
      return compact({ ...readRefusal('failure', frame), retryAfter: optional(readAmount, frame, 'retryAfter') });
    case 'CANCEL':
      return { kind: 'cancel', id: readId(frame, 'id') };
    case 'SUBSCRIBE':
      return readSubscribe(frame);
    case 'ACK':
      // Gateways that have no subscribe frames send a bare one.
      return frame.id == null ? { kind: 'other', body: frame } : readConfirmation(frame);
    case 'NACK':
      return readRefusal('refusal', frame);
    case 'UNSUBSCRIBE':
      return { kind: 'unsubscribe', id: readId(frame, 'id'), topic: readText(frame, 'topic') };
    case 'ENDED':
      return { kind: 'ended', topic: readText(frame, 'topic') };
    case 'ping':
    case 'PING':
      return compact({ kind: 'ping', timestamp: optional(readAmount, frame, 'timestamp') });
    case 'pong':
    case 'PONG':
      return compact({ kind: 'pong', timestamp: optional(readAmount, frame, 'timestamp') });
    default:
      return typeof frame.type === 'string' ? { kind: 'other', body: frame } : malformed('type must be a string');
  }
}
