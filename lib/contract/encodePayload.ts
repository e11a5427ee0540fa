import type { IoTsPayload, PayloadCodec } from './payloadCodec.js';
import { type Validated, validatePayload } from './validatePayload.js';

/** A type of io-ts can also write what it reads. */
interface Writing extends IoTsPayload<unknown> {
  readonly encode?: (value: unknown) => unknown;
}

const writes = (codec: object): codec is Writing => typeof (codec as Writing).encode === 'function' && !('~standard' in codec);

/**
 * Checks a payload that is to be sent, and gives what goes over the wire: what a type of io-ts encodes it to, else what was given. Either way the
 * codec of the other side takes it. The result comes at once, or as a promise, and has what that of `validatePayload` has. A type of io-ts that
 * throws on what is no value of its own refuses it.
 */
export function encodePayload(
  codec: PayloadCodec,
  subject: string,
  value: unknown,
): Validated<unknown> | Promise<Validated<unknown>> {
  let wire = value;
  if (writes(codec))
    try {
      wire = codec.encode?.(value);
    } catch {
      // It was not made for such a value. What it threw may quote it; decoding says where it is wrong.
    }
  const judged = ({ valid, ...rest }: Validated<unknown>): Validated<unknown> =>
    valid ? { valid, value: wire } : ({ valid, ...rest } as Validated<unknown>);
  const result = validatePayload(codec, subject, wire);
  return 'then' in result ? result.then(judged) : judged(result);
}
