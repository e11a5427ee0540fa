import * as t from 'io-ts';
import { checkThat } from '../options/check.js';
import { withJsonSchemas } from './jsonSchemas.js';

/**
 * A codec of whole numbers from `min` to `max`, both included; each is a `t.Int` as well. `-Infinity` and `Infinity` leave a side open.
 * Throws a RangeError unless `min` is at most `max`.
 *
 * @example
 * const Port = intInRange(1, 65_535);
 */
export function intInRange(min: number, max: number, name = `Int(${min}..${max})`): t.BrandC<t.NumberC, t.IntBrand> {
  checkThat('intInRange', 'min', min, 'a number', typeof min === 'number' && min === min);
  checkThat('intInRange', 'max', max, `a number from ${min}`, typeof max === 'number' && max >= min, RangeError);
  const schema = {
    type: 'integer',
    ...(min > -Infinity && { minimum: min }),
    ...(max < Infinity && { maximum: max }),
  };
  return withJsonSchemas(
    t.brand(t.number, (value): value is t.Int => Number.isInteger(value) && value >= min && value <= max, name as 'Int'),
    { input: schema, output: schema },
  );
}
