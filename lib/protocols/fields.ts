import type { JsonObject } from './jsonReader.js';
import type { MessageId, Position } from './message.js';

/** A field of a frame: its name, what it may hold (what is not `true` takes the value's place), and how an error says it. */
export type Field = readonly [name: string, fits: (value: unknown) => unknown, rule: string, required?: boolean | undefined];

export const isText = (value: unknown): value is string => typeof value === 'string';

export const text = (name: string, required?: boolean): Field => [name, isText, 'a string', required];

export const flag = (name: string): Field => [name, (value) => typeof value === 'boolean', 'true or false'];

/** JSON can write numbers that JavaScript reads as infinite. */
export const amount = (name: string): Field => [
  name,
  (value) => typeof value === 'number' && value >= 0 && value < Infinity,
  'a number that is not negative',
];

/** Whether it may be an id or a code. A number that JavaScript cannot hold exactly could not be echoed as it came. */
export const isId = (value: unknown): value is MessageId =>
  isText(value) || (typeof value === 'number' && Math.abs(value) <= 2 ** 53 - 1);

/** What an id may be, in words. */
export const idRule = 'a string, or a number up to 2^53 - 1';

/** An id or a code. */
export const idField = (name: string, required?: boolean): Field => [name, isId, idRule, required];

const place = (value: unknown): Position | false => {
  const { epoch, offset } = value as Partial<Position>;
  // A new object, so that fields which do not belong to a position are left out.
  return isText(epoch) && Number.isSafeInteger(offset) && (offset as number) >= 0 && { epoch, offset: offset as number };
};

export const positionField = (name: string): Field => [name, place, '{ epoch: a string, offset: a whole number from 0 }'];

/** A field that may hold any JSON, `null` too. */
export const anything = (name: string): Field => [name, () => true, ''];

/** The value of a field; throws an error that names the frame's type and the field where it is wrong. */
export const readField = (frame: JsonObject, [name, fits, rule, required]: Field): unknown => {
  const value = frame[name];
  // Null counts as missing: many a serializer writes what it does not have as null.
  if (value == null && !required) return rule ? undefined : value;
  const fit = value != null && fits(value);
  if (fit === true) return value;
  // Only frames of a type that is known come here: the text must hold nothing that was sent.
  if (!fit) throw new TypeError(`${(frame.type as string | null | undefined) ?? 'request'} ${name} must be ${rule}`);
  return fit;
};
