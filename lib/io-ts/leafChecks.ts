import { isRecord } from './refused.js';
import type { LeafTag } from './shape.js';

/** What the leaves of io-ts take. */
export const leafChecks: Readonly<Record<LeafTag, (value: unknown) => boolean>> = {
  AnyArrayType: Array.isArray,
  AnyDictionaryType: isRecord,
  AnyType: () => true,
  BigIntType: (value) => typeof value === 'bigint',
  BooleanType: (value) => typeof value === 'boolean',
  FunctionType: (value) => typeof value === 'function',
  NeverType: () => false,
  NullType: (value) => value === null,
  NumberType: (value) => typeof value === 'number',
  ObjectType: (value) => value !== null && typeof value === 'object',
  StringType: (value) => typeof value === 'string',
  UndefinedType: (value) => value === undefined,
  UnknownType: () => true,
  VoidType: (value) => value === undefined,
};
