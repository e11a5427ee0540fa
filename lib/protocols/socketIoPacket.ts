import { isRecord } from '../options/check.js';
import { isText } from './fields.js';
import type { Frame } from './protocol.js';

/** The types of packets. Those of events and acks with attachments are 3 more on the wire. */
export const connectType = 0;
export const disconnectType = 1;
export const eventType = 2;
export const ackType = 3;
export const connectErrorType = 4;

/** What one packet of Socket.IO says; a packet with attachments has them in its data, as bytes. */
export interface SocketIoPacket {
  readonly type: number;
  readonly namespace: string;
  readonly id?: number | undefined;
  readonly data?: unknown;
}

/** The beginning of a packet, whose data may still lack its attachments. */
export interface SocketIoHead {
  /** How many bytes frames follow. */
  readonly count: number;
  /** The packet. Throws where its data is not what its type must have. */
  complete(attachments: readonly Uint8Array[]): SocketIoPacket;
}

interface Placeholder {
  readonly _placeholder?: unknown;
  readonly num?: number;
}

/** Names that Socket.IO keeps to itself: a server hangs up on an event of theirs. */
const reserved = /^(connect(_error)?|disconnect(ing)?|(new|remove)Listener)$/;

const limitAttachments = (count: number, limit: number): void => {
  if (count > limit) throw new RangeError(`More than ${limit} attachments (maxAttachments)`);
};

/** Whether it may be the name of an event, or a code. */
export const isName = (value: unknown): value is string | number => isText(value) || Number.isFinite(value);

const bytesOf = (value: unknown): Uint8Array | undefined => {
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  // By its name, since it may be of another realm.
  const name = Object.prototype.toString.call(value);
  // It has its bytes only later, and JSON would make `{}` of it.
  if (/ (Blob|File)]/.test(name)) throw new TypeError('A Blob must be sent as its arrayBuffer()');
  return name === '[object ArrayBuffer]' ? new Uint8Array(value as ArrayBuffer) : undefined;
};

/** The frames of a packet: its text, and its attachments, which may be anywhere in its data. Throws what cannot be written. */
export function writeSocketIoPacket({ type, namespace, id, data }: SocketIoPacket, maxAttachments: number): readonly Frame[] {
  if (type === eventType && reserved.test((data as readonly string[])[0] as string))
    throw new TypeError('The event has a reserved name');
  const attachments: Uint8Array[] = [];
  const text =
    data === undefined
      ? ''
      : JSON.stringify(data, function (this: Readonly<Record<string, unknown>>, key, value: unknown) {
          // A Buffer has made JSON of itself by now.
          const bytes = bytesOf(this[key]) ?? bytesOf(value);
          return bytes ? { _placeholder: true, num: attachments.push(bytes) - 1 } : value;
        });
  const { length } = attachments;
  limitAttachments(length, maxAttachments);
  const head = length > 0 ? `${type + 3}${length}-` : type;
  return [`4${head}${namespace === '/' ? '' : `${namespace},`}${id ?? ''}${text}`, ...attachments];
}

/** What a text says in JSON; `undefined` if it says nothing. */
export const parseJson = (text: string, revive?: (key: string, value: unknown) => unknown): unknown => {
  try {
    return JSON.parse(text, revive);
  } catch {
    // The platform's own words quote the text, and an error is for reading.
    return undefined;
  }
};

const isFit = (type: number, id: number | undefined, data: unknown): boolean => {
  if (type === disconnectType) return data === undefined;
  if (type === connectErrorType) return isRecord(data);
  // Servers of Socket.IO 2 name no session.
  if (type === connectType) return isRecord(data) && isText((data as { readonly sid?: unknown }).sid);
  if (!Array.isArray(data)) return false;
  const [name] = data as readonly unknown[];
  return type === ackType ? id !== undefined : isName(name) && !reserved.test(name as string);
};

/** What the text of a packet says. Throws where it is none, without quoting it. */
export function readSocketIoPacket(frame: string, maxAttachments: number): SocketIoHead {
  // An id has so few digits that it is safe.
  const found = /^4(?:([0-4])|([56])([1-9]\d*)-)(?:(\/[^,]*)(?:,|$))?(\d{0,15})/.exec(frame);
  const [head = '', plain, binary, attachments = 0, namespace = '/', ack] = found ?? [];
  const [type, count, id] = [Number(plain ?? Number(binary) - 3), Number(attachments), ack ? Number(ack) : undefined];
  limitAttachments(count, maxAttachments);
  const text = frame.slice(head.length);

  const complete = (attached: readonly Uint8Array[]): SocketIoPacket => {
    let fits = !!found;
    const revive = (_key: string, value: unknown): unknown => {
      const { _placeholder, num } = (value ?? {}) as Placeholder;
      if (_placeholder !== true) return value;
      fits &&= [...attached.keys()].includes(num as number);
      return attached[num as number];
    };
    let data = parseJson(text, count > 0 ? revive : undefined);
    // The words of a refusal may be a mere string.
    if (type === connectErrorType && isText(data)) data = { message: data };
    fits &&= data !== undefined || !text;
    if (!fits || !isFit(type, id, data)) throw new TypeError('A frame is no packet of Socket.IO');
    return { type, namespace, id, data };
  };
  // What cannot be read is found out now, and not when its attachments have come.
  if (count > 0) complete(new Array<Uint8Array>(count));
  return { count, complete };
}
