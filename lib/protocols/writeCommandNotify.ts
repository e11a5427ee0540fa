import { frames, id, inMessage } from './commandNotifyFrames.js';
import { isText } from './fields.js';
import type { Message, MessageId } from './message.js';

const needsEscape = /["\\\p{Cc}\ud800-\udfff]/u;

/** Names and ids are plain as a rule: then quoting by hand costs a third of `JSON.stringify`. */
const quote = (text: string): string => (needsEscape.test(text) ? JSON.stringify(text) : `"${text}"`);

/** Our own ids are integers to the session and strings on the wire. */
const asText = (id: MessageId): string => (isText(id) ? quote(id) : `"${id}"`);

/** `,"name":value`, or nothing for undefined. Throws what JSON cannot carry, where `JSON.stringify` would leave a function out. */
const field = (name: string, value: unknown): string => {
  if (value === undefined) return '';
  const json = JSON.stringify(value) as string | undefined;
  if (json === undefined) throw new TypeError(`${name} has no JSON form: it is a ${typeof value}`);
  return `,"${name}":${json}`;
};

/**
 * The `commandNotify` frame of a message; `undefined` for what has none. `pong` is the name of an answer to a ping, which depends on
 * how the other side asked. Throws the `TypeError` of `JSON.stringify` for what JSON cannot carry.
 */
export function writeCommandNotify(message: Message, pong: string): string | undefined {
  const { kind } = message;
  switch (kind) {
    case 'request': {
      const { id, stream, key } = message;
      const rest = stream || key !== undefined ? `${field('stream', stream || undefined)}${field('key', key)}}` : '}';
      // Each piece is a string of its own until the frame is written: as few as can be, and short ones first, which are copied at once.
      const head = isText(id) ? `{"id":${quote(id)},` : `{"id":"${id}",`;
      return `${head}"command":${quote(message.command)}${field('data', message.data)}${rest}`;
    }
    case 'subscribe': {
      const { params, since } = message;
      const rest = field('params', params) + field('since', since);
      return `{"type":"SUBSCRIBE","id":${asText(message.id)},"topic":${quote(message.topic)}${rest}}`;
    }
    case 'send':
      return `{"command":${quote(message.command)}${field('data', message.data)}}`;
    case 'notification':
      return `{"type":"NOTIFY","topic":${quote(message.topic)}${field('data', message.data)}${field('position', message.position)}}`;
    case 'reply': {
      // An id of the other side goes back as it came, a number as a number.
      const theirs = isText(message.id) ? quote(message.id) : message.id;
      return `{"type":"RESPONSE","id":${theirs}${field('data', message.data)}${message.last ? '' : ',"more":true'}}`;
    }
    case 'malformed':
      return `{"type":"ERROR","code":"MALFORMED"${field('error', message.error.message)}}`;
    case 'other':
      return JSON.stringify(message.body);
  }
  const row = frames.find((frame) => frame[1] === kind);
  if (!row) return undefined;
  const [type, , ...fields] = row;
  const written = fields.map((each) => {
    const value = (message as unknown as Readonly<Record<string, unknown>>)[inMessage(each[0])];
    return field(each[0], each === id ? String(value) : value);
  });
  return `{"type":"${kind === 'pong' ? pong : type}"${written.join('')}}`;
}
