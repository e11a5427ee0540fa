import { type JsonObject, malformed } from './jsonReader.js';
import type { MessageId, Position } from './message.js';

// Each reads one field of a frame, and throws a MalformedMessageError that names the frame's type and the field where it is wrong.

type Reader<T> = (frame: JsonObject, name: string) => T;

/** Says what a field must be. Only for frames of a type that is known: the text must hold nothing that was sent. */
const must = (frame: JsonObject, name: string, rule: string): never =>
  malformed(`${(frame.type as string | null | undefined) ?? 'request'} ${name} must be ${rule}`);

/** A field that may be missing. Null counts as missing: many a serializer writes what it does not have as null. */
export const optional = <T>(read: Reader<T>, frame: JsonObject, name: string): T | undefined =>
  frame[name] == null ? undefined : read(frame, name);

export const readText: Reader<string> = (frame, name) => {
  const value = frame[name];
  return typeof value === 'string' ? value : must(frame, name, 'a string');
};

export const readFlag: Reader<boolean> = (frame, name) => {
  const value = frame[name];
  return typeof value === 'boolean' ? value : must(frame, name, 'true or false');
};

/** JSON can write numbers that JavaScript reads as infinite. */
export const readAmount: Reader<number> = (frame, name) => {
  const value = frame[name];
  return typeof value === 'number' && value >= 0 && value < Infinity ? value : must(frame, name, 'a number that is not negative');
};

/** An id or a code. A number that JavaScript cannot hold exactly could not be echoed as it came. */
export const readId: Reader<MessageId> = (frame, name) => {
  const value = frame[name];
  return typeof value === 'string' || (typeof value === 'number' && Math.abs(value) <= Number.MAX_SAFE_INTEGER)
    ? value
    : must(frame, name, 'a string, or a number up to 2^53 - 1');
};

/**
 * The id of something that we asked, as the session knows it: it counts with integers, and the wire has them as strings. Only these
 * come back as numbers, so an id that we did not make stays what it is.
 */
export const readOwnId: Reader<MessageId> = (frame, name) => {
  const id = readId(frame, name);
  const number = Number(id);
  return Number.isSafeInteger(number) && String(number) === id ? number : id;
};

/** A new object, so that fields which do not belong to a position are left out. */
export const readPosition: Reader<Position> = (frame, name) => {
  const { epoch, offset } = frame[name] as Partial<Position>;
  return typeof epoch === 'string' && Number.isSafeInteger(offset) && (offset as number) >= 0
    ? { epoch, offset: offset as number }
    : must(frame, name, '{ epoch: a string, offset: a whole number from 0 }');
};
