import * as t from 'io-ts';
import { checkName } from '../options/check.js';
import { withJsonSchemas } from './jsonSchemas.js';

/** An id of one kind: a non-empty string that no id of another kind may stand in for. */
export type Id<N extends string> = t.Branded<string, { readonly [K in N]: symbol }>;

const text = { type: 'string', minLength: 1 };

/**
 * A codec of ids of one kind: non-empty strings that the compiler keeps apart from those of other kinds. Throws a TypeError unless `name` is
 * a non-empty string.
 *
 * @example
 * const OrderId = id('OrderId');
 * type OrderId = t.TypeOf<typeof OrderId>;
 */
export function id<N extends string>(name: N): t.BrandC<t.StringC, { readonly [K in N]: symbol }> {
  checkName('id', 'name', name);
  return withJsonSchemas(
    t.brand(t.string, (value): value is Id<N> => value !== '', name as string) as t.BrandC<
      t.StringC,
      { readonly [K in N]: symbol }
    >,
    { input: text, output: text },
  );
}

/** The mark of a {@link UUID}. */
export interface UUIDBrand {
  readonly UUID: unique symbol;
}

/** A UUID as a string. */
export type UUID = t.Branded<string, UUIDBrand>;

const form = /^[\da-fA-F]{8}(-[\da-fA-F]{4}){3}-[\da-fA-F]{12}$/;
const uuid = { type: 'string', pattern: form.source };

/** A UUID of any version, in either case, that stays the string that it is. */
export const UUID: t.BrandC<t.StringC, UUIDBrand> = /* @__PURE__ */ withJsonSchemas(
  /* @__PURE__ */ t.brand(t.string, (value): value is UUID => form.test(value), 'UUID'),
  { input: uuid, output: uuid },
);
