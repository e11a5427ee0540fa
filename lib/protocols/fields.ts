import { malformed } from './jsonReader.js';
import type { MessageId, Position } from './message.js';

// Each reads the value of one field of a frame and throws a MalformedMessageError that names the field. An optional field that is
// null counts as missing: many a serializer writes what it does not have as null.

/** A field that must be a string. */
export const readText = (value: unknown, field: string): string =>
  typeof value === 'string' ? value : malformed(`${field} must be a string`);

/** A field that may be a string. */
export const readOptionalText = (value: unknown, field: string): string | undefined =>
  value == null ? undefined : readText(value, field);

/** A field that may be `true` or `false`. */
export const readOptionalFlag = (value: unknown, field: string): boolean | undefined =>
  value == null ? undefined : typeof value === 'boolean' ? value : malformed(`${field} must be true or false`);

/** A field that may be a number, not below `min`. JSON can write numbers that JavaScript reads as infinite. */
export const readOptionalNumber = (value: unknown, field: string, min = -Infinity): number | undefined =>
  value == null
    ? undefined
    : typeof value === 'number' && Number.isFinite(value) && value >= min
      ? value
      : malformed(`${field} must be a number${min === 0 ? ' that is not negative' : ''}`);

/** A field that must be an id. A number that JavaScript cannot hold exactly could not be echoed as it came. */
export const readId = (value: unknown, field: string): MessageId =>
  typeof value === 'string' || (typeof value === 'number' && Math.abs(value) <= Number.MAX_SAFE_INTEGER)
    ? value
    : malformed(`${field} must be a string, or a number up to 2^53 - 1`);

/** A field that may be an error code. */
export const readCode = (value: unknown, field: string): string | number =>
  value == null
    ? 'ERROR'
    : typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value))
      ? value
      : malformed(`${field} must be a string or a number`);

/** A field that may be a position. */
export function readOptionalPosition(value: unknown, field: string): Position | undefined {
  if (value == null) return undefined;
  const { epoch, offset } = value as { readonly epoch?: unknown; readonly offset?: unknown };
  return typeof epoch === 'string' && Number.isSafeInteger(offset) && (offset as number) >= 0
    ? { epoch, offset: offset as number }
    : malformed(`${field} must be { epoch: a string, offset: a whole number from 0 }`);
}
