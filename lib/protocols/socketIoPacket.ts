import type { Frame } from './protocol.js';

/** The types of packets that a session has to do with. Those with attachments are 3 more on the wire. */
export const packetTypes = { connect: 0, disconnect: 1, event: 2, ack: 3, connectError: 4 } as const;

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
const reserved = /^(connect|connect_error|disconnect|disconnecting|newListener|removeListener)$/;

const bytesOf = (value: unknown): Uint8Array | undefined => {
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  const tag = Object(value) === value ? Object.prototype.toString.call(value) : '';
  // It has its bytes only later, and JSON would make `{}` of it.
  if (/ (Blob|File)]$/.test(tag)) throw new TypeError('A Blob cannot be sent: send its arrayBuffer()');
  return tag === '[object ArrayBuffer]' ? new Uint8Array(value as ArrayBuffer) : undefined;
};

/** The frames of a packet: its text, and its attachments, which may be anywhere in its data. Throws what cannot be written. */
export function writeSocketIoPacket({ type, namespace, id, data }: SocketIoPacket, maxAttachments: number): readonly Frame[] {
  if (type === packetTypes.event && reserved.test((data as readonly string[])[0] as string))
    throw new TypeError('The name of the event is reserved');
  const attachments: Uint8Array[] = [];
  const text =
    data === undefined
      ? ''
      : JSON.stringify(data, function (this: Readonly<Record<string, unknown>>, key, value: unknown) {
          // Not the value: a Buffer has made JSON of itself by now.
          const bytes = bytesOf(this[key]);
          return bytes ? { _placeholder: true, num: attachments.push(bytes) - 1 } : value;
        });
  const { length } = attachments;
  if (length > maxAttachments) throw new RangeError(`More than ${maxAttachments} attachments (maxAttachments)`);
  const head = length > 0 ? `${type + 3}${length}-` : type;
  return [`4${head}${namespace === '/' ? '' : `${namespace},`}${id ?? ''}${text}`, ...attachments];
}

const isFit = (type: number, id: number | undefined, data: unknown): boolean => {
  switch (type) {
    case packetTypes.disconnect:
      return data === undefined;
    case packetTypes.event:
      return Array.isArray(data) && /string|number/.test(typeof data[0]) && !reserved.test(String(data[0]));
    case packetTypes.ack:
      return Array.isArray(data) && id !== undefined;
    default:
      return typeof data === 'object' && data !== null && !Array.isArray(data);
  }
};

/** What the text of a packet says. Throws where it is none, without quoting it. */
export function readSocketIoPacket(frame: string, maxAttachments: number): SocketIoHead {
  const found = /^4([0-6])(?:(\d+)-)?(?:(\/[^,]*)(?:,|$))?(\d*)/.exec(frame);
  if (!found) throw new TypeError('A packet has no type');
  const [head, digit, attachments, namespace = '/', ack] = found;
  const [count, id] = [Number(attachments ?? 0), ack ? Number(ack) : undefined];
  const isBinary = Number(digit) > packetTypes.connectError;
  const type = Number(digit) - (isBinary ? 3 : 0);
  if (isBinary !== count > 0 || (!isBinary && attachments))
    throw new TypeError('The number of attachments does not fit the packet');
  if (count > maxAttachments) throw new RangeError(`A packet has more than ${maxAttachments} attachments (maxAttachments)`);
  if (!Number.isSafeInteger(id ?? 0)) throw new TypeError('The id of a packet is not safe');
  const text = frame.slice(head.length);

  const parse = (attached: readonly Uint8Array[]): unknown => {
    let fits = true;
    const revive = (_key: string, value: Placeholder | null): unknown => {
      if (value?._placeholder !== true) return value;
      const num = value.num as number;
      fits &&= Number.isInteger(num) && num >= 0 && num < count;
      return attached[num];
    };
    let data: unknown;
    try {
      if (text) data = JSON.parse(text, count > 0 ? (revive as (key: string, value: unknown) => unknown) : undefined);
    } catch {
      // The platform's own words quote the frame.
      fits = false;
    }
    // The words of a refusal may be a mere string.
    if (type === packetTypes.connectError && typeof data === 'string') data = { message: data };
    if (!fits || !isFit(type, id, data)) throw new TypeError('The data of a packet does not fit its type');
    return data;
  };
  // What cannot be read is found out now, and not when its attachments have come.
  const data = parse([]);
  return { count, complete: (attached) => ({ type, namespace, id, data: count > 0 ? parse(attached) : data }) };
}
