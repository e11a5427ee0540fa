import { isText } from './fields.js';
import type { Message, MessageId, RequestMessage, SendMessage, SubscribeMessage } from './message.js';
import type { Codec, Frame } from './protocol.js';
import { writeStompBody } from './stompBody.js';
import { stompFields, stompFrame, type StompHeaders } from './stompFrame.js';
import { type StompBeats, stompGreeting } from './stompGreeting.js';
import { type StompFrame, stompReader } from './stompReader.js';

/** The checked options of `stomp`. */
export interface StompSettings extends StompBeats {
  readonly envelope: boolean;
  readonly replyTo: string;
  readonly maxFrame: number;
}

interface Subscription {
  readonly id: MessageId;
  /** Its id on the wire, which the application may choose: a durable subscription has its name there. */
  readonly name: string;
  /** What its notifications come under. */
  readonly topic: string;
}

/**
 * The codec of one session. Its number, of those of one connection, is in the names of its subscriptions: RabbitMQ takes an ACK that comes too
 * late, on the next session, for one of what it has delivered there under the same name.
 */
export function stompCodec(settings: StompSettings, session = 1): Codec {
  const { envelope, replyTo } = settings;
  /** By their ids, and by those on the wire, which are strings. */
  const subscriptions = new Map<MessageId | undefined, Subscription>();
  /**
   * The frames that an ERROR may be about, in their order, and whether each is a SUBSCRIBE; 0 stands for all that nothing comes back for. A
   * broker may not say which frame it means, but takes them in order, and has answered a SUBSCRIBE before it takes the next frame.
   */
  const suspects = new Map<MessageId, boolean>();
  /** The first frame that comes is for the greeting. */
  let connected = false;

  const forget = (id: MessageId): Subscription | undefined => {
    const subscription = subscriptions.get(id);
    suspects.delete(id);
    subscriptions.delete(id);
    subscriptions.delete(subscription?.name);
    return subscription;
  };
  const subscribe = ({ id, topic, params, key }: SubscribeMessage): Frame => {
    const { id: given = `${session}-${id}`, ...headers } = stompFields('params', params);
    const name = String(given);
    if (subscriptions.has(name)) throw new TypeError('params.id is taken');
    if (!envelope && /^client/.test(String(headers.ack))) throw new TypeError('ack needs envelope: true');
    const frame = stompFrame('SUBSCRIBE', { ...headers, id: name, destination: topic, receipt: id });
    const subscription = { id, name, topic: key };
    subscriptions.set(id, subscription).set(name, subscription);
    suspects.set(id, true);
    return frame;
  };
  const send = (message: RequestMessage | SendMessage): Frame => {
    const { id = 0, command, data, key } = message as SendMessage & Partial<RequestMessage>;
    // What is no destination is a command of STOMP's own; `SEND` before a destination asks for a receipt, and not for a reply.
    const [, verb, destination] = /^(N?ACK|BEGIN|COMMIT|ABORT)$|^(?:SEND )?(.+)$/s.exec(command) ?? [];
    const parts: StompHeaders = verb ? { headers: data } : envelope ? stompFields('data', data) : { body: data };
    const headers = stompFields('headers', parts.headers);
    const [body, type] = writeStompBody(parts.body, headers['content-type']);
    const replied = !!id && command === destination;
    const own = { 'idempotency-key': key, 'content-type': type, destination, receipt: (!replied && id) || undefined };
    const reply = replied ? { 'reply-to': replyTo, 'correlation-id': id } : {};
    const frame = stompFrame(verb ?? 'SEND', { ...headers, ...own, ...reply }, body);
    suspects.set(id, false);
    return frame;
  };

  const receive = (frame: StompFrame): Message => {
    const { command, headers, body } = frame;
    const { subscription, 'receipt-id': receipt, error } = headers;
    const subscribed = subscriptions.get(subscription);
    const data = envelope ? { headers, body } : body;
    if (command === 'MESSAGE') {
      const id = +(headers['correlation-id'] as string);
      if (subscription === replyTo && id) {
        suspects.delete(id);
        return error === undefined ? { kind: 'reply', id, data, last: true } : { kind: 'failure', id, code: error, data };
      }
      if (subscribed) return { kind: 'notification', topic: subscribed.topic, data };
    }
    const id = +(receipt as string);
    if (command === 'RECEIPT' && id) {
      const granted = subscriptions.get(id);
      if (granted) for (const earlier of suspects.keys()) if (suspects.delete(earlier) && earlier === id) break;
      suspects.delete(id);
      return granted ? { kind: 'confirmation', id, topic: granted.topic } : { kind: 'reply', id, last: true };
    }
    if (command === 'ERROR' && connected) {
      const { message: code = command } = headers;
      const [[first, isSubscribe] = []] = suspects;
      const guess = isSubscribe || suspects.size === 1 ? first : 0;
      const at = subscribed?.id ?? (receipt ? id : guess);
      // STOMP has it that the broker hangs up now.
      if (!at) return { kind: 'closed', reason: code, retryable: true };
      return {
        kind: forget(at) ? 'refusal' : 'failure',
        id: at,
        code,
        message: isText(body) ? body : undefined,
        retryable: !!subscribed,
      };
    }
    connected = true;
    return { kind: 'other', body: frame };
  };

  return {
    greeting: stompGreeting(settings),
    encode(message) {
      const { kind } = message;
      if (kind === 'ping') return '\n';
      if (kind === 'subscribe') return subscribe(message);
      if (kind === 'send' || kind === 'request') return send(message);
      // Nothing more is expected of a frame that is given up.
      const id = forget((message as { readonly id: MessageId }).id)?.name;
      if (kind !== 'unsubscribe' || !id) return undefined;
      suspects.set(0, false);
      return stompFrame('UNSUBSCRIBE', { id });
    },
    decode: stompReader(settings.maxFrame, receive),
    farewell: () => [stompFrame('DISCONNECT', {})],
    resume: session + 1,
  };
}
