import { code, command, frames, id, inMessage, key, more, ownId, position, stream, topic } from './commandNotifyFrames.js';
import { isText, readField } from './fields.js';
import type { JsonObject } from './jsonReader.js';
import type { Message } from './message.js';

type Draft = { kind: Message['kind']; [field: string]: unknown };

/** A field that is undefined is left out, so that a message reads the same after a round trip. */
const put = (message: Draft, name: string, value: unknown): Draft => {
  if (value !== undefined) message[name] = value;
  return message;
};

/** Only what an integer is written as comes back as a number, so an id that we did not make stays what it is. */
const restore = (given: unknown): unknown => {
  const number = Number(given);
  return Number.isSafeInteger(number) && `${number}` === given ? number : given;
};

const readCommand = (frame: JsonObject): Draft => {
  const asked = frame.id != null;
  const message = put({ kind: asked ? 'request' : 'send', command: readField(frame, command) }, 'data', frame.data);
  if (!asked) return message;
  put(message, 'id', readField(frame, id));
  put(message, 'stream', readField(frame, stream) || undefined);
  return put(message, 'key', readField(frame, key));
};

const readSeldom = (frame: JsonObject): Draft => {
  const row = frames.find(([type]) => type === frame.type);
  // Without an id an ERROR answers nobody: a gateway may say so of a frame that it could not read. And gateways that have no
  // subscribe frames send a bare ACK.
  if (!row || (frame.id == null && /^(ERROR|ACK)$/.test(row[0]))) return { kind: 'other', body: frame };
  const [, kind, ...fields] = row;
  const message: Draft = { kind };
  for (const field of fields) {
    const value = readField(frame, field);
    put(message, inMessage(field[0]), field === ownId ? restore(value) : value);
  }
  if (fields.includes(code)) message.code ??= 'ERROR';
  const { params } = message;
  if (kind === 'subscribe') message.key = `${message.topic as string}${params === undefined ? '' : ` ${JSON.stringify(params)}`}`;
  return message;
};

/** The message that the JSON object of a `commandNotify` frame stands for. Throws where a field is not what the frame's type says. */
export function readCommandNotify(frame: JsonObject): Message {
  const { type, data } = frame;
  let message: Draft;
  // These two come most: made in one piece, and what is plainly right is not looked up in a table.
  if (type === 'RESPONSE') {
    const id = restore(isText(frame.id) ? frame.id : readField(frame, ownId));
    const last = frame.more === undefined || !readField(frame, more);
    message = data === undefined ? { kind: 'reply', id, last } : { kind: 'reply', id, last, data };
  } else if (type === 'NOTIFY') {
    const name = isText(frame.topic) ? frame.topic : readField(frame, topic);
    message = data === undefined ? { kind: 'notification', topic: name } : { kind: 'notification', topic: name, data };
    if (frame.position !== undefined) put(message, 'position', readField(frame, position));
  } else if (type == null && frame.command != null) message = readCommand(frame);
  else if (type == null || isText(type)) message = readSeldom(frame);
  else throw new TypeError('type must be a string');
  return message as unknown as Message;
}
