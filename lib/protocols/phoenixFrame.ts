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

/** By the first byte of a binary frame: how many names precede the payload, each with its size in a byte at the beginning. */
const nameCounts: readonly (number | undefined)[] = [3, 4, 2];
const reply = 1;

/** The frame as it goes over the wire: text, or bytes where the payload is bytes. Throws what has no place in either. */
export function writePhoenixFrame(frame: PhoenixFrame): Frame {
  const [joinRef, ref, topic, event, payload] = frame;
  if (!(payload instanceof Uint8Array)) return JSON.stringify(frame);
  const names = [joinRef, ref, topic, event].map((name) => new TextEncoder().encode(name ?? ''));
  // Ours is always a push, the kind 0. It has a name more than the gateway's, its ref.
  const bytes = [0, ...names.map(({ length }) => length), ...names.flatMap((name) => [...name])];
  if (names.some(({ length }) => length > 255)) throw new RangeError('A name exceeds 255 bytes');
  const written = new Uint8Array(bytes.length + payload.length);
  written.set(bytes);
  written.set(payload, bytes.length);
  return written;
}

const readBytes = (bytes: Uint8Array): PhoenixFrame => {
  const kind = bytes[0] ?? NaN;
  const count = nameCounts[kind] ?? NaN;
  const utf8 = new TextDecoder('utf-8', { fatal: true });
  let at = 1 + count;
  const names = Array.from(bytes.subarray(1, at), (size) => utf8.decode(bytes.subarray(at, (at += size))));
  if (names.length !== count || at > bytes.length) throw new TypeError('A binary frame is cut short');
  const payload = bytes.subarray(at);
  const [event = '', topic = '', second, first = null] = names.reverse();
  if (kind === reply) return [first, second ?? null, topic, 'phx_reply', { status: event, response: payload }];
  return [second ?? null, null, topic, event, payload];
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
    throw new TypeError('A frame is not [join_ref, ref, topic, event, payload]');
  return [joinRef, ref, topic, event, payload];
}
