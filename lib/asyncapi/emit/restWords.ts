import type { Behind } from '../accepts.js';
import { writeShape } from '../export/writeShape.js';
import { limited } from '../limited.js';
import { mapShape } from '../mapShape.js';
import type { ObjectShape, Shape } from '../shape.js';

/** A shape without names; `undefined` if it leads back to itself. */
function withoutNames(shape: Shape, behind: Behind): Shape | undefined {
  let leadsBack = false;
  const plain = (one: Shape, above: readonly string[]): Shape => {
    if (one.kind !== 'named') return mapShape(one, (inner) => plain(inner, above));
    if (!above.includes(one.name)) return plain(behind(one), [...above, one.name]);
    leadsBack = true;
    return one;
  };
  const whole = plain(shape, []);
  return leadsBack ? undefined : whole;
}

/**
 * The words of JSON Schema about further properties, for the codec of an object; `apart`: its properties are those of several codecs, which such words
 * do not see. `x-further` stands for what has no schema without names.
 */
export function restWords({ properties, rest }: ObjectShape, apart: boolean, behind: Behind): Readonly<Record<string, unknown>> {
  if (rest === true || (typeof rest === 'object' && properties.length === 0)) return {};
  const plain = rest === false ? { kind: 'nothing' as const } : limited(behind, 1_000, (counted) => withoutNames(rest, counted));
  if (!plain) return { 'x-further': true };
  const named =
    apart && properties.length > 0 ? { properties: Object.fromEntries(properties.map(({ name }) => [name, {}])) } : {};
  return { ...named, additionalProperties: writeShape(plain) };
}
