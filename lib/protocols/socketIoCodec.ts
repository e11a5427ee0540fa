import { AuthenticationError } from '../errors/gatewayErrors.js';
import { checkObject } from '../options/check.js';
import { isText } from './fields.js';
import type { Message, MessageId, RequestMessage, SubscribeMessage } from './message.js';
import type { Codec, Frame, Greeting } from './protocol.js';
import type { SocketIoFailure, SocketIoOptions } from './socketIo.js';
import {
  ackType,
  connectErrorType,
  connectType,
  disconnectType,
  eventType,
  isName,
  type SocketIoPacket,
  writeSocketIoPacket,
} from './socketIoPacket.js';
import { type SocketIoOpen, socketIoReader } from './socketIoReader.js';
import type { SocketIoCall, SocketIoTopics } from './socketIoTopics.js';

/** The options, with those that have a default. */
export interface SocketIoSettings extends SocketIoOptions {
  readonly namespace: string;
  readonly maxAttachments: number;
  readonly argumentLists: boolean;
  readonly recovery: boolean;
}

/** What the next session needs to go on where this one ended. */
interface Resume {
  readonly pid: string;
  /** Of the last event that came. */
  readonly offset: string;
}

/** An error reply as this library writes it, for lack of any form in Socket.IO. */
const readFailure = (answer: unknown): SocketIoFailure | undefined => {
  const { error } = (answer ?? {}) as { readonly error?: Partial<SocketIoFailure> | null };
  const { code, message, data } = error ?? {};
  return isName(code) ? { code, message: isText(message) ? message : undefined, data } : undefined;
};

/** The event that asks for a topic, or gives it up. */
const callOf = (asks: SocketIoTopics['subscribe'], { topic, params }: SubscribeMessage): SocketIoCall | undefined => {
  if (!isText(asks)) return asks?.(topic, params);
  return params === undefined ? [asks, topic] : [asks, topic, params];
};

/** The codec of one session. */
export function socketIoCodec(settings: SocketIoSettings, before?: Resume): Codec {
  const { namespace, maxAttachments, argumentLists, recovery, topics = {}, failure = readFailure } = settings;
  const asked = new Map<MessageId, SubscribeMessage>();
  let open: SocketIoOpen | undefined;
  let credentials: object;
  let pid: string | undefined;
  let offset = before?.offset;
  /** What a recovered session missed comes before its CONNECT. */
  let early: SocketIoPacket[] | undefined = [];

  const write = (type: number, data?: unknown, id?: MessageId): readonly Frame[] => {
    const frames = writeSocketIoPacket({ type, namespace, id: id as number, data }, maxAttachments);
    const { maxPayload = Infinity } = open ?? {};
    // No unit of a text has more than three bytes.
    for (const frame of frames)
      if ((isText(frame) && frame.length * 3 > maxPayload ? new TextEncoder().encode(frame) : frame).length > maxPayload)
        throw new RangeError(`A frame is larger than the gateway takes (${maxPayload} bytes)`);
    return frames;
  };
  const pack = (data: unknown): readonly unknown[] => {
    if (argumentLists && data !== undefined && !Array.isArray(data)) throw new TypeError('data must be a list');
    return data === undefined ? [] : argumentLists ? (data as readonly unknown[]) : [data];
  };
  const unpack = (args: readonly unknown[]): unknown => (argumentLists || args.length > 1 ? args : args[0]);

  const readEvent = ({ id, data }: SocketIoPacket): Message => {
    const [first, ...args] = data as readonly [string | number, ...unknown[]];
    const name = `${first}`;
    if (id !== undefined) return { kind: 'request', id, command: name, data: unpack(args) };
    if (pid && isText(args.at(-1))) offset = args.pop() as string;
    const [topic, told] = topics.notification?.(name, args) ?? [name, unpack(args)];
    return { kind: 'notification', topic, data: told };
  };
  const readAck = (id: MessageId, args: readonly unknown[]): Message => {
    const topic = asked.get(id)?.topic;
    const failed = failure(...args);
    if (failed) return { ...failed, kind: asked.delete(id) ? 'refusal' : 'failure', id };
    return topic === undefined ? { kind: 'reply', id, data: unpack(args), last: true } : { kind: 'confirmation', id, topic };
  };
  const readPacket = (body: SocketIoPacket): Message | readonly Message[] => {
    const { type, id, data } = body;
    const other = { kind: 'other', body } as const;
    if (body.namespace !== namespace) return other;
    switch (type) {
      case connectType: {
        const given = data as { readonly sid?: unknown; readonly pid?: unknown };
        if (!isText(given.sid)) throw new TypeError('CONNECT has no sid');
        if (!early) return other;
        pid = recovery && isText(given.pid) ? given.pid : undefined;
        if (pid !== before?.pid) offset = undefined;
        const missed = early;
        early = undefined;
        return [other, ...missed.map(readEvent)];
      }
      case eventType:
        return early ? (early.push(body), []) : readEvent(body);
      case ackType:
        return readAck(id as number, data as readonly unknown[]);
      case disconnectType:
        return { kind: 'closed', reason: 'io server disconnect' };
      default:
        return other;
    }
  };

  const greeting: Greeting = {
    open: (given) => {
      credentials = checkObject<object>('socketIo', 'credentials', given ?? {});
      return [];
    },
    accept: (message) => {
      const { kind } = message;
      if (kind === 'ping') return { send: ['3'] };
      if (kind === 'malformed') return { refused: message.error };
      const { body } = message as { readonly body?: SocketIoPacket | SocketIoOpen };
      if (!open || !body) return 'wait';
      if (body === open) return { send: write(connectType, { ...before, ...credentials }) };
      const { type, namespace: at, data } = body as SocketIoPacket;
      const { sid, message: text } = (data ?? {}) as { readonly sid?: unknown; readonly message?: unknown };
      if (at !== namespace) return 'wait';
      if (type === connectErrorType)
        return { refused: new AuthenticationError(`${namespace} was refused: ${text as string}`, { cause: data }) };
      const { pingInterval: interval, pingTimeout: timeout } = open;
      return { opened: { sid, recovered: !!pid && pid === before?.pid }, heartbeat: { mode: 'peer', interval, timeout } };
    },
  };

  return {
    greeting,
    encode(message) {
      switch (message.kind) {
        case 'request':
        case 'send': {
          const { command, data, id } = message as RequestMessage;
          return write(eventType, [command, ...pack(data)], id);
        }
        case 'reply':
          return write(ackType, pack(message.data), message.id);
        case 'failure': {
          const { id, code, message: text, data } = message;
          return write(ackType, [{ error: { code, message: text, data } }], id);
        }
        case 'subscribe': {
          const { id, topic, params } = message;
          const call = callOf(topics.subscribe, message);
          if (!call && params !== undefined) throw new TypeError('A topic that is not asked for has no params');
          if (!call) return { frames: [], answers: [{ kind: 'confirmation', id, topic }] };
          const frames = write(eventType, call, id);
          asked.set(id, message);
          return frames;
        }
        case 'unsubscribe': {
          const subscribe = asked.get(message.id);
          const call = subscribe && callOf(topics.unsubscribe, subscribe);
          asked.delete(message.id);
          return call && write(eventType, call);
        }
        case 'ping':
          throw new TypeError('Only the gateway pings');
        case 'pong':
          return '3';
        default:
          return undefined;
      }
    },
    decode: socketIoReader(
      maxAttachments,
      (body) => {
        open = body;
        return { kind: 'other', body };
      },
      readPacket,
    ),
    farewell: () => write(disconnectType),
    get resume() {
      return pid && offset ? { pid, offset } : undefined;
    },
  };
}
