import { pointerTo } from '../documentNode.js';
import { restShape } from '../restShape.js';
import type { ObjectShape, PropertyShape, Shape } from '../shape.js';
import { limitMisfit } from './scalarMisfits.js';
import type { Compare, Comparison, Misfit } from './comparison.js';

const misfit = (pointer: string, sent: string, received: string): Misfit => ({ pointer, sent, received });

/** A property that the second names: has the first got it, and is it as it should be? */
function propertyMisfits(
  from: ObjectShape,
  { name, required, shape }: PropertyShape,
  pointer: string,
  rest: Shape,
  misses: boolean,
  compare: Compare,
): readonly Misfit[] {
  const own = from.properties.find((property) => property.name === name);
  const at = pointerTo(pointerTo(pointer, 'properties'), name);
  const lacks = required && !own?.required;
  if (lacks && own)
    return [misfit(at, `"${name}" is required now`, `"${name}" may be missing now`), ...compare(own.shape, shape, at)];
  if (lacks || (misses && !own)) return [misfit(pointer, `"${name}" is new, and required`, `"${name}" is not there any more`)];
  return compare(own?.shape ?? rest, shape, own ? at : pointerTo(pointer, 'additionalProperties'));
}

/** Why objects of the first shape need not be objects of the second. */
export function objectMisfits(
  from: ObjectShape,
  to: ObjectShape,
  pointer: string,
  { strict, misses }: Comparison,
  compare: Compare,
): readonly Misfit[] {
  // An object without named properties is a dictionary: what is in there is not named anywhere.
  const free = strict || from.properties.length === 0 || typeof from.rest === 'object';
  const rest: Shape = free ? restShape(from) : { kind: 'nothing' };
  const further = pointerTo(pointer, 'additionalProperties');
  const named = new Set(to.properties.map(({ name }) => name));
  const unnamed = from.properties.filter(({ name }) => !named.has(name));
  const most = rest.kind === 'nothing' ? from.properties.length : Infinity;
  const least = from.properties.filter(({ required }) => required).length;
  return [
    ...to.properties.flatMap((property) => propertyMisfits(from, property, pointer, rest, misses, compare)),
    ...unnamed.flatMap(({ name, shape }) =>
      to.rest === false
        ? [
            misfit(
              pointerTo(pointerTo(pointer, 'properties'), name),
              `"${name}" may not be sent any more`,
              `"${name}" comes now, which was ruled out`,
            ),
          ]
        : compare(shape, restShape(to), pointerTo(pointerTo(pointer, 'properties'), name)),
    ),
    ...(to.rest === false && rest.kind !== 'nothing'
      ? [misfit(further, 'no further properties are taken any more', 'further properties may come now')]
      : compare(rest, restShape(to), further)),
    ...limitMisfit(
      pointer,
      'minProperties',
      'the number of properties',
      Math.max(from.minProperties ?? 0, least),
      to.minProperties ?? 0,
      'least',
    ),
    ...limitMisfit(
      pointer,
      'maxProperties',
      'the number of properties',
      Math.min(from.maxProperties ?? Infinity, most),
      to.maxProperties,
      'most',
    ),
  ];
}
