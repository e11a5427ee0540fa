import { MalformedMessageError } from '../errors/gatewayErrors.js';
import type { Frame } from './protocol.js';

/** A JSON object as it came: any field may hold anything, or be missing. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Throws what `decode` makes a malformed message of. `problem` must not quote the frame: it may hold credentials. */
export function malformed(problem: string, cause?: unknown): never {
  throw new MalformedMessageError('in', problem, { cause });
}

/** Makes a function that reads a frame, text or UTF-8, as one JSON object, and throws a {@link MalformedMessageError} where it is none. */
export function jsonReader(): (frame: Frame) => JsonObject {
  let utf8: TextDecoder | undefined;

  const textOf = (bytes: Uint8Array): string => {
    // Made at the first binary frame: no global is read before.
    utf8 ??= new TextDecoder('utf-8', { fatal: true });
    try {
      return utf8.decode(bytes);
    } catch (error) {
      return malformed('A binary frame is not UTF-8', error);
    }
  };

  return (frame) => {
    const text = typeof frame === 'string' ? frame : textOf(frame);
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      // The platform's own words quote the frame, and an error is for reading: they are not even its cause.
      malformed('A frame is not JSON');
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value)) malformed('A frame is JSON, but not an object');
    return value as JsonObject;
  };
}
