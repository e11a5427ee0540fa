import type { Any } from 'io-ts';

/** Types of io-ts that look at the value alone and leave it as it is. */
export type LeafTag =
  | 'AnyArrayType'
  | 'AnyDictionaryType'
  | 'AnyType'
  | 'BigIntType'
  | 'BooleanType'
  | 'FunctionType'
  | 'NeverType'
  | 'NullType'
  | 'NumberType'
  | 'ObjectType'
  | 'StringType'
  | 'UndefinedType'
  | 'UnknownType'
  | 'VoidType';

/** The types of the fields of an object. */
export type Props = Readonly<Record<string, Any>>;

/** What a type of io-ts does to a value, as far as it is io-ts's own doing; `own` is a type with a `validate` of somebody else. */
export type Shape =
  | { readonly form: 'leaf'; readonly tag: LeafTag }
  | { readonly form: 'literal'; readonly value: unknown }
  | { readonly form: 'keyof'; readonly keys: object }
  | { readonly form: 'type' | 'partial'; readonly props: Props }
  | { readonly form: 'exact'; readonly props: object; readonly inner: Any }
  | { readonly form: 'array'; readonly item: Any }
  | { readonly form: 'tuple'; readonly items: readonly Any[] }
  | { readonly form: 'record'; readonly domain: Any; readonly codomain: Any }
  /** `tags`, where io-ts goes by a tag: the values of the tag that each member is for. */
  | { readonly form: 'union'; readonly members: readonly Any[]; readonly tag?: string; readonly tags?: readonly unknown[][] }
  | { readonly form: 'intersection'; readonly members: readonly Any[] }
  | { readonly form: 'refinement'; readonly inner: Any; readonly predicate: (value: unknown) => boolean }
  | { readonly form: 'recursion'; readonly name: string; readonly definition: () => Any }
  | { readonly form: 'readonly'; readonly inner: Any }
  | { readonly form: 'own' };
