import { isRecord } from './refused.js';
import type { LeafTag } from './shape.js';

const checks: { readonly [Tag in LeafTag]?: (value: unknown) => boolean } = {
  AnyArrayType: Array.isArray,
  AnyDictionaryType: isRecord,
  AnyType: () => true,
  NeverType: () => false,
  NullType: (value) => value === null,
  ObjectType: (value) => value !== null && typeof value === 'object',
  UnknownType: () => true,
  VoidType: (value) => value === undefined,
};

/** What a leaf of io-ts takes. The others are called as `typeof` calls what they take. */
export function leafCheck(tag: LeafTag): (value: unknown) => boolean {
  const type = tag.slice(0, -4).toLowerCase();
  return checks[tag] ?? ((value) => typeof value === type);
}
