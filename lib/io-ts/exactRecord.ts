import * as t from 'io-ts';
import { checkObject } from '../options/check.js';

/**
 * A codec of objects with the fields of `required`, and perhaps those of `optional`: other fields are taken out of what is decoded and of
 * what is encoded. It is `t.exact` around `t.type` and `t.partial`.
 *
 * @example
 * const Order = exactRecord({ symbol: NonEmptyString, quantity: intInRange(1, 1_000) }, { note: t.string }, 'Order');
 */
export function exactRecord<P extends t.Props, Q extends t.Props = object & t.Props>(
  required: P,
  optional?: Q,
  name?: string,
): t.ExactC<t.IntersectionC<[t.TypeC<P>, t.PartialC<Q>]>> {
  checkObject('exactRecord', 'required', required);
  if (optional !== undefined) checkObject('exactRecord', 'optional', optional);
  return t.exact(t.intersection([t.type(required), t.partial(optional ?? ({} as Q))]), name);
}
