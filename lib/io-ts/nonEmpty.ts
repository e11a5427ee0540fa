import * as t from 'io-ts';
import { withJsonSchemas } from './jsonSchemas.js';
import { checkType } from './withRun.js';

/** The mark of a {@link NonEmptyString}. */
export interface NonEmptyStringBrand {
  readonly NonEmptyString: unique symbol;
}

/** A string that is not empty. */
export type NonEmptyString = t.Branded<string, NonEmptyStringBrand>;

const text = { type: 'string', minLength: 1 };

/** A string that is not empty. One of spaces is not empty. */
export const NonEmptyString: t.BrandC<t.StringC, NonEmptyStringBrand> = /* @__PURE__ */ withJsonSchemas(
  /* @__PURE__ */ t.brand(t.string, (value): value is NonEmptyString => value !== '', 'NonEmptyString'),
  { input: text, output: text },
);

/** A list that has a first item; a `NonEmptyArray` of fp-ts, too. */
export type NonEmptyArray<A> = [A, ...A[]];

/**
 * A codec of lists of at least one item.
 *
 * @example
 * const Basket = nonEmptyArray(t.type({ symbol: t.string, quantity: intInRange(1, 1_000) }));
 */
export function nonEmptyArray<C extends t.Mixed>(
  item: C,
  name = `NonEmptyArray<${item.name}>`,
): t.Type<NonEmptyArray<t.TypeOf<C>>, NonEmptyArray<t.OutputOf<C>>> {
  checkType('nonEmptyArray', item);
  const list = t.refinement(t.array(item), ({ length }) => length > 0, name);
  // What it says of its items is theirs to say: only this is added.
  const atLeastOne = { minItems: 1 };
  return withJsonSchemas(list as t.Any, { input: atLeastOne, output: atLeastOne, refines: true });
}
