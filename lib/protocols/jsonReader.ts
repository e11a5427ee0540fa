import type { Frame } from './protocol.js';

/** A JSON object as it came: any field may hold anything, or be missing. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether the value is a JSON object. */
export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Returns the value if it is a JSON object, and throws if it is none. */
export const asJsonObject = (value: unknown): JsonObject => {
  if (isJsonObject(value)) return value;
  throw new TypeError('A frame is not a JSON object');
};

/**
 * Makes a function that reads a frame, text or UTF-8, as JSON, and gives what `take` makes of it, for example `asJsonObject`; `undefined`
 * stands for what is no JSON.
 */
export function jsonReader<T>(take: (value: unknown) => T): (frame: Frame) => T {
  let utf8: TextDecoder | undefined;

  return (frame) => {
    let value: unknown;
    try {
      // The decoder is made at the first binary frame: no global is read before.
      value = JSON.parse(typeof frame === 'string' ? frame : (utf8 ??= new TextDecoder('utf-8', { fatal: true })).decode(frame));
    } catch {
      // The platform's own words quote the frame, and an error is for reading: they are not even its cause.
    }
    return take(value);
  };
}
