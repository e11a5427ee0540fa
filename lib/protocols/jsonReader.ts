import type { Frame } from './protocol.js';

/** A JSON object as it came: any field may hold anything, or be missing. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Makes a function that reads a frame, text or UTF-8, as one JSON object, and throws where it is none. */
export function jsonReader(): (frame: Frame) => JsonObject {
  let utf8: TextDecoder | undefined;

  return (frame) => {
    let value: unknown;
    try {
      // The decoder is made at the first binary frame: no global is read before.
      value = JSON.parse(typeof frame === 'string' ? frame : (utf8 ??= new TextDecoder('utf-8', { fatal: true })).decode(frame));
    } catch {
      // The platform's own words quote the frame, and an error is for reading: they are not even its cause.
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new TypeError('A frame is not a JSON object');
    return value as JsonObject;
  };
}
