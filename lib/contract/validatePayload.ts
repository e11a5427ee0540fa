import { ValidationError } from '../errors/gatewayErrors.js';
import { checkThat, has, isRecord } from '../options/check.js';
import { ioTsPath } from './ioTsPath.js';
import type { IoTsPayload, PayloadCodec, StandardOutcome, StandardPayload } from './payloadCodec.js';

/** What became of a payload: the decoded value, or where it is wrong. */
export type Validated<A> =
  | { readonly valid: true; readonly value: A }
  | { readonly valid: false; readonly error: ValidationError };

/** An error that lists more helps nobody, and a client may send thousands of wrong items. */
const mostPaths = 20;
/** Keys of a dictionary are the sender's own, and may be of any length. */
const longestPath = 100;

/** Whether a codec is a Standard Schema. It goes first: ArkType's are functions, and zod's have a `decode` of their own. */
export const isStandard = (codec: object): codec is StandardPayload<unknown> => '~standard' in codec;
/** Whether a codec that is no Standard Schema is a type of io-ts. */
export const isIoTs = (codec: object): codec is IoTsPayload<unknown> => has(codec, 'decode');

const invalid = (subject: string, paths: Iterable<readonly PropertyKey[]>): Validated<never> => {
  const distinct = new Set<string>();
  for (const path of paths) {
    if (distinct.size === mostPaths) break;
    distinct.add(path.map(String).join('.').slice(0, longestPath) || '$');
  }
  return { valid: false, error: new ValidationError(subject, distinct.size > 0 ? [...distinct] : ['$']) };
};

const ofStandard = <A>(subject: string, outcome: StandardOutcome<A>): Validated<A> =>
  outcome.issues
    ? invalid(
        subject,
        outcome.issues.map(({ path = [] }) => path.map((part) => (typeof part === 'object' ? part.key : part))),
      )
    : { valid: true, value: outcome.value };

/**
 * Checks and decodes a payload. The result comes at once, or as a promise where the codec's check is asynchronous. A `ValidationError` has
 * the paths that are wrong (`lines.0.price`; `$` for the payload as a whole; at most 20, of at most 100 characters) and none of the values.
 * `subject` is the command or topic that the payload belongs to. Throws, or rejects with, only what the codec itself throws.
 *
 * @example
 * const result = validatePayload(Order, 'orders.place', data);
 */
export function validatePayload<A>(
  codec: PayloadCodec<A>,
  subject: string,
  value: unknown,
): Validated<A> | Promise<Validated<A>> {
  if (isStandard(codec)) {
    const outcome = codec['~standard'].validate(value);
    return 'then' in outcome ? outcome.then((late) => ofStandard(subject, late)) : ofStandard(subject, outcome);
  }
  if (isIoTs(codec)) {
    const outcome = codec.decode(value);
    return outcome._tag === 'Right' ? { valid: true, value: outcome.right } : invalid(subject, outcome.left.map(ioTsPath));
  }
  return codec(value) ? { valid: true, value } : invalid(subject, [[]]);
}

/** Throws a TypeError that names the option unless `codec` is a {@link PayloadCodec}. */
export function checkCodec(owner: string, name: string, codec: unknown): void {
  const able = typeof codec === 'function' || (isRecord(codec) && (isStandard(codec) || isIoTs(codec)));
  checkThat(owner, name, codec, 'a type of io-ts, a Standard Schema or a type guard', able);
}
