import { isText } from './fields.js';
import type { Message, MessageId, RequestMessage } from './message.js';
import type { Codec, Frame } from './protocol.js';
import type { SocketIoFailure, SocketIoOptions } from './socketIo.js';
import { socketIoGreeting, type SocketIoResume, type SocketIoState } from './socketIoGreeting.js';
import { ackType, disconnectType, eventType, isName, type SocketIoPacket, writeSocketIoPacket } from './socketIoPacket.js';
import { socketIoReader } from './socketIoReader.js';
import { socketIoRooms } from './socketIoRooms.js';

/** The options, with those that have a default. */
export interface SocketIoSettings extends SocketIoOptions {
  readonly namespace: string;
  readonly maxAttachments: number;
  readonly argumentLists: boolean;
  readonly recovery: boolean;
}

/** An error reply as this library writes it, for lack of any form in Socket.IO. */
const readFailure = (answer: unknown): SocketIoFailure | undefined => {
  const { code, message, data } =
    (answer as { readonly error?: Partial<SocketIoFailure> | null } | null | undefined)?.error ?? {};
  return isName(code) ? { code, message: isText(message) ? message : undefined, data } : undefined;
};

/** The codec of one session. */
export function socketIoCodec(settings: SocketIoSettings, before?: SocketIoResume): Codec {
  const { namespace, maxAttachments, argumentLists, topics = {}, failure = readFailure } = settings;
  const state: SocketIoState = { ...before };

  const write = (type: number, data?: unknown, id?: MessageId): readonly Frame[] => {
    const frames = writeSocketIoPacket({ type, namespace, id: id as number, data }, maxAttachments);
    const { maxPayload = Infinity } = state;
    // No unit of a text has more than three bytes.
    for (const frame of frames)
      if (frame.length * 3 > maxPayload && (isText(frame) ? new TextEncoder().encode(frame) : frame).length > maxPayload)
        throw new RangeError(`A frame is larger than the gateway takes (${maxPayload} bytes)`);
    return frames;
  };
  const { asked, join, leave } = socketIoRooms(topics, write);
  const pack = (data: unknown): readonly unknown[] => {
    const list = data === undefined ? [] : argumentLists ? data : [data];
    if (!Array.isArray(list)) throw new TypeError('data must be a list');
    return list;
  };
  const unpack = (args: readonly unknown[]): unknown => (argumentLists || args.length > 1 ? args : args[0]);

  const readEvent = (id: number | undefined, [first, ...args]: readonly unknown[]): Message => {
    const name = String(first);
    if (id !== undefined) return { kind: 'request', id, command: name, data: unpack(args) };
    if (state.pid && isText(args.at(-1))) state.offset = args.pop() as string;
    const [topic, told] = topics.notification?.(name, args) ?? [name, unpack(args)];
    return { kind: 'notification', topic, data: told };
  };
  const readAck = (id: MessageId, args: readonly unknown[]): Message => {
    const failed = failure(...args);
    if (failed) return { ...failed, kind: asked.delete(id) ? 'refusal' : 'failure', id };
    const subscribe = asked.get(id);
    return subscribe
      ? { kind: 'confirmation', id, topic: subscribe.topic }
      : { kind: 'reply', id, data: unpack(args), last: true };
  };
  const readPacket = (body: SocketIoPacket): Message => {
    const { type, id, data } = body;
    const list = data as readonly unknown[];
    const isOurs = body.namespace === namespace;
    if (isOurs && type === eventType) return readEvent(id, list);
    if (isOurs && type === ackType) return readAck(id as number, list);
    if (isOurs && type === disconnectType) return { kind: 'closed', reason: 'io server disconnect' };
    return { kind: 'other', body };
  };

  return {
    greeting: socketIoGreeting(settings, state, before, write),
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
        case 'subscribe':
          return join(message);
        case 'unsubscribe':
          return leave(message.id);
        case 'ping':
          throw new TypeError('Only the gateway pings');
        case 'pong':
          return '3';
        default:
          return undefined;
      }
    },
    decode: socketIoReader(maxAttachments, readPacket),
    farewell: () => write(disconnectType),
    get resume() {
      const { pid, offset } = state;
      return pid && offset ? { pid, offset } : undefined;
    },
  };
}
