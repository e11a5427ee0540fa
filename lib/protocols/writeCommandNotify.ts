import type { Message, MessageId, RefusalMessage } from './message.js';

const needsEscape = /["\\\p{Cc}\ud800-\udfff]/u;

/** Names and ids are plain as a rule: then quoting by hand costs a third of `JSON.stringify`. */
const quote = (text: string): string => (needsEscape.test(text) ? JSON.stringify(text) : `"${text}"`);

/** Our own ids are integers to the session and strings on the wire. */
const ownId = (id: MessageId): string => quote(`${id}`);

/** An id of the other side goes back as it came, a number as a number. */
const theirId = (id: MessageId): string => (typeof id === 'string' ? quote(id) : `${id}`);

/** `,"name":value`, or nothing for undefined. Throws what JSON cannot carry, where `JSON.stringify` would leave a function out. */
const field = (name: string, value: unknown): string => {
  if (value === undefined) return '';
  const json = JSON.stringify(value) as string | undefined;
  if (json === undefined) throw new TypeError(`${name} has no JSON form: it is a ${typeof value}`);
  return `,"${name}":${json}`;
};

const reason = ({ code, message, data }: Pick<RefusalMessage, 'code' | 'message' | 'data'>): string =>
  field('code', code) + field('error', message) + field('data', data);

/**
 * The `commandNotify` frame of a message; `undefined` for what has none. `pong` is the name of an answer to a ping, which depends on
 * how the other side asked. Throws the `TypeError` of `JSON.stringify` for what JSON cannot carry.
 */
export function writeCommandNotify(message: Message, pong: string): string | undefined {
  switch (message.kind) {
    case 'request': {
      const rest = (message.stream ? ',"stream":true' : '') + field('key', message.key);
      return `{"id":${ownId(message.id)},"command":${quote(message.command)}${field('data', message.data)}${rest}}`;
    }
    case 'notification':
      return `{"type":"NOTIFY","topic":${quote(message.topic)}${field('data', message.data)}${field('position', message.position)}}`;
    case 'reply':
      return `{"type":"RESPONSE","id":${theirId(message.id)}${field('data', message.data)}${message.last ? '' : ',"more":true'}}`;
    case 'send':
      return `{"command":${quote(message.command)}${field('data', message.data)}}`;
    case 'cancel':
      return `{"type":"CANCEL","id":${ownId(message.id)}}`;
    case 'failure':
      return `{"type":"ERROR","id":${theirId(message.id)}${reason(message)}${field('retryAfter', message.retryAfter)}}`;
    case 'subscribe': {
      const rest = field('params', message.params) + field('since', message.since);
      return `{"type":"SUBSCRIBE","id":${ownId(message.id)},"topic":${quote(message.topic)}${rest}}`;
    }
    case 'confirmation': {
      const rest = field('position', message.position) + field('recovered', message.recovered);
      return `{"type":"ACK","id":${theirId(message.id)},"topic":${quote(message.topic)}${rest}}`;
    }
    case 'refusal':
      return `{"type":"NACK","id":${theirId(message.id)}${reason(message)}}`;
    case 'unsubscribe':
      return `{"type":"UNSUBSCRIBE","id":${ownId(message.id)},"topic":${quote(message.topic)}}`;
    case 'ended':
      return `{"type":"ENDED","topic":${quote(message.topic)}}`;
    case 'ping':
      return `{"type":"ping"${field('timestamp', message.timestamp)}}`;
    case 'pong':
      return `{"type":"${pong}"${field('timestamp', message.timestamp)}}`;
    case 'other':
      return JSON.stringify(message.body);
    case 'malformed':
      return undefined;
    default:
      return message satisfies never;
  }
}
