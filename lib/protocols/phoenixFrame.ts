import { isText } from './fields.js';
import type { Frame } from './protocol.js';

/** What one frame of the second version of Phoenix's serializer says; in JSON it is written as this list. */
export type PhoenixFrame = readonly [
  joinRef: string | null,
  ref: string | null,
  topic: string,
  event: string,
  payload: Readonly<Record<string, unknown>> | Uint8Array,
];

// What the first byte of a binary frame says it is.
const push = 0;
const reply = 1;
const broadcast = 2;

/** The frame as it goes over the wire: text, or bytes where the payload is bytes. Throws what has no place in either. */
export function writePhoenixFrame(frame: PhoenixFrame): Frame {
  const payload = frame[4];
  if (!(payload instanceof Uint8Array)) return JSON.stringify(frame);
  const utf8 = new TextEncoder();
  const fields = frame.slice(0, 4).map((field) => utf8.encode((field as string | null) ?? ''));
  const sizes = fields.map(({ length }) => length);
  if (sizes.some((size) => size > 255)) throw new RangeError('A binary frame has room for names of 255 bytes');
  const bytes = new Uint8Array(sizes.reduce((sum, size) => sum + size, 5 + payload.length));
  bytes.set([push, ...sizes]);
  let at = 5;
  for (const part of [...fields, payload]) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

const readBytes = (bytes: Uint8Array): PhoenixFrame => {
  const [kind] = bytes;
  // How many fields precede the payload, each with its size in a byte after the first.
  const count = kind === reply ? 4 : kind === push ? 3 : kind === broadcast ? 2 : 0;
  const utf8 = new TextDecoder('utf-8', { fatal: true });
  let at = 1 + count;
  const fields = Array.from(bytes.subarray(1, at), (size) => utf8.decode(bytes.subarray(at, (at += size))));
  if (count === 0 || fields.length < count || at > bytes.length)
    throw new TypeError('A binary frame is cut short, or of no known kind');
  const payload = bytes.subarray(at);
  const [event = '', topic = '', second = '', first = ''] = fields.reverse();
  if (kind === reply) return [first, second, topic, 'phx_reply', { status: event, response: payload }];
  return [second || null, null, topic, event, payload];
};

const isRef = (value: unknown): boolean => value === null || isText(value);

/** What a frame says. Throws where it is none, without quoting it. */
export function readPhoenixFrame(frame: Frame): PhoenixFrame {
  if (typeof frame !== 'string') return readBytes(frame);
  let read: unknown;
  try {
    read = JSON.parse(frame);
  } catch {
    // The platform's own words quote the frame.
  }
  const [joinRef, ref, topic, event, payload] = (Array.isArray(read) ? read : []) as readonly unknown[] as PhoenixFrame;
  if (
    !isRef(joinRef) ||
    !isRef(ref) ||
    !isText(topic) ||
    !isText(event) ||
    typeof payload !== 'object' ||
    (payload as unknown) === null
  )
    throw new TypeError('A frame is not a list of two refs, a topic, an event and a payload');
  return [joinRef, ref, topic, event, payload];
}
