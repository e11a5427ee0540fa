import type { Behind } from '../accepts.js';
import { writeShape } from '../export/writeShape.js';
import { limited } from '../limited.js';
import type { ObjectShape, Shape } from '../shape.js';

/** A shape without names; `undefined` if it leads back to itself. */
function withoutNames(shape: Shape, behind: Behind, above: readonly string[] = []): Shape | undefined {
  const all = (shapes: readonly Shape[]): readonly Shape[] | undefined => {
    const plain = shapes.map((one) => withoutNames(one, behind, above));
    return plain.every((one) => one !== undefined) ? plain : undefined;
  };
  switch (shape.kind) {
    case 'named':
      return above.includes(shape.name) ? undefined : withoutNames(behind(shape), behind, [...above, shape.name]);
    case 'union':
    case 'intersection': {
      const members = all(shape.members);
      return members && { ...shape, members };
    }
    case 'array': {
      const items = withoutNames(shape.items, behind, above);
      return items && { ...shape, items };
    }
    case 'tuple': {
      const items = all(shape.items);
      return items && { ...shape, items };
    }
    case 'object': {
      const shapes = all(shape.properties.map((property) => property.shape));
      const rest = typeof shape.rest === 'object' ? withoutNames(shape.rest, behind, above) : shape.rest;
      if (!shapes || rest === undefined) return undefined;
      return { ...shape, rest, properties: shape.properties.map((one, at) => ({ ...one, shape: shapes[at] ?? one.shape })) };
    }
    default:
      return shape;
  }
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
