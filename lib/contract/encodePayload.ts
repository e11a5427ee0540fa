import { has } from '../options/check.js';
import type { IoTsPayload, PayloadCodec } from './payloadCodec.js';
import { isStandard, type Validated, validatePayload } from './validatePayload.js';

/** A type of io-ts can also write what it reads. */
interface Writing extends IoTsPayload<unknown> {
  readonly is: (value: unknown) => boolean;
  readonly encode: (value: unknown) => unknown;
}

const writes = (codec: object): codec is Writing => has(codec, 'is') && has(codec, 'encode') && !isStandard(codec);

/**
 * Checks a payload that is to be sent, and gives what goes over the wire: what a type of io-ts encodes it to, else what was given. Either way the
 * codec of the other side takes it. The result comes at once, or as a promise, and has what that of `validatePayload` has.
 */
export function encodePayload(
  codec: PayloadCodec,
  subject: string,
  value: unknown,
): Validated<unknown> | Promise<Validated<unknown>> {
  let wire = value;
  if (writes(codec)) {
    // What is of the type can be decoded from what it encodes to: that is a law of io-ts.
    if (codec.is(value)) return { valid: true, value: codec.encode(value) };
    try {
      wire = codec.encode(value);
    } catch {
      // It was not made for such a value, and what it threw may quote it. Decoding says where it is wrong.
    }
  }
  const judged = (result: Validated<unknown>): Validated<unknown> => (result.valid ? { ...result, value: wire } : result);
  const result = validatePayload(codec, subject, wire);
  return 'then' in result ? result.then(judged) : judged(result);
}
