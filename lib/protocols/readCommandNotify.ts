import {
  readCode,
  readId,
  readOptionalFlag,
  readOptionalNumber,
  readOptionalPosition,
  readOptionalText,
  readText,
} from './fields.js';
import type { JsonObject } from './jsonReader.js';
import type { Message, MessageId } from './message.js';

/**
 * The id of something that we asked, as the session knows it: it counts with integers, and the wire has them as strings. Only these
 * come back as numbers, so an id that we did not make stays what it is.
 */
const readOwnId = (value: unknown, field: string): MessageId => {
  const id = readId(value, field);
  const number = Number(id);
  return Number.isSafeInteger(number) && String(number) === id ? number : id;
};

/** Leaves out the fields that are undefined, so that a message reads the same after a round trip. Not for frequent messages. */
const compact = <T extends Message>(message: T): T =>
  Object.fromEntries(Object.entries(message).filter(([, value]) => value !== undefined)) as unknown as T;

const readReply = ({ id: given, data, more }: JsonObject): Message => {
  const id = readOwnId(given, 'RESPONSE id');
  const last = !readOptionalFlag(more, 'RESPONSE more');
  return data === undefined ? { kind: 'reply', id, last } : { kind: 'reply', id, data, last };
};

const readNotification = ({ topic: name, data, position: given }: JsonObject): Message => {
  const topic = readText(name, 'NOTIFY topic');
  const position = readOptionalPosition(given, 'NOTIFY position');
  if (data === undefined) return compact({ kind: 'notification', topic, position });
  return position ? { kind: 'notification', topic, data, position } : { kind: 'notification', topic, data };
};

const readCommand = (body: JsonObject): Message => {
  if (body.command === undefined) return { kind: 'other', body };
  const command = readText(body.command, 'command');
  const { data } = body;
  if (body.id == null) return data === undefined ? { kind: 'send', command } : { kind: 'send', command, data };
  const id = readId(body.id, 'request id');
  const stream = readOptionalFlag(body.stream, 'request stream') || undefined;
  const key = readOptionalText(body.key, 'request key');
  if (stream || key !== undefined) return compact({ kind: 'request', id, command, data, stream, key });
  return data === undefined ? { kind: 'request', id, command } : { kind: 'request', id, command, data };
};

const readSubscribe = ({ id, topic: name, params, since }: JsonObject): Message => {
  const topic = readText(name, 'SUBSCRIBE topic');
  return compact({
    kind: 'subscribe',
    id: readId(id, 'SUBSCRIBE id'),
    key: params === undefined ? topic : topic + JSON.stringify(params),
    topic,
    params,
    since: readOptionalPosition(since, 'SUBSCRIBE since'),
  });
};

const readConfirmation = (body: JsonObject): Message =>
  compact({
    kind: 'confirmation',
    id: readOwnId(body.id, 'ACK id'),
    topic: readText(body.topic, 'ACK topic'),
    position: readOptionalPosition(body.position, 'ACK position'),
    recovered: readOptionalFlag(body.recovered, 'ACK recovered'),
  });

const readFailure = (body: JsonObject): Message =>
  compact({
    kind: 'failure',
    id: readOwnId(body.id, 'ERROR id'),
    code: readCode(body.code, 'ERROR code'),
    message: readOptionalText(body.error, 'ERROR error'),
    data: body.data,
    retryAfter: readOptionalNumber(body.retryAfter, 'ERROR retryAfter', 0),
  });

const readRefusal = (body: JsonObject): Message =>
  compact({
    kind: 'refusal',
    id: readOwnId(body.id, 'NACK id'),
    code: readCode(body.code, 'NACK code'),
    message: readOptionalText(body.error, 'NACK error'),
    data: body.data,
  });

/**
 * The message that the JSON object of a `commandNotify` frame stands for. Throws a `MalformedMessageError` where a field is not what
 * the frame's type says.
 */
export function readCommandNotify(body: JsonObject): Message {
  switch (body.type) {
    case 'RESPONSE':
      return readReply(body);
    case 'NOTIFY':
      return readNotification(body);
    case undefined:
    case null:
      return readCommand(body);
    case 'ERROR':
      // Nobody's request: a gateway may say so of a frame that it could not read.
      return body.id == null ? { kind: 'other', body } : readFailure(body);
    case 'CANCEL':
      return { kind: 'cancel', id: readId(body.id, 'CANCEL id') };
    case 'SUBSCRIBE':
      return readSubscribe(body);
    case 'ACK':
      // Gateways that have no subscribe frames send a bare one.
      return body.id == null ? { kind: 'other', body } : readConfirmation(body);
    case 'NACK':
      return readRefusal(body);
    case 'UNSUBSCRIBE':
      return { kind: 'unsubscribe', id: readId(body.id, 'UNSUBSCRIBE id'), topic: readText(body.topic, 'UNSUBSCRIBE topic') };
    case 'ENDED':
      return { kind: 'ended', topic: readText(body.topic, 'ENDED topic') };
    case 'ping':
    case 'PING':
      return compact({ kind: 'ping', timestamp: readOptionalNumber(body.timestamp, 'ping timestamp') });
    case 'pong':
    case 'PONG':
      return compact({ kind: 'pong', timestamp: readOptionalNumber(body.timestamp, 'pong timestamp') });
    default:
      readText(body.type, 'type');
      return { kind: 'other', body };
  }
}
