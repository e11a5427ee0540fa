import { pointerTo } from '../documentNode.js';
import type { ArrayShape, Shape } from '../shape.js';
import { limitMisfit } from './scalarMisfits.js';
import type { Compare, Misfit } from './comparison.js';

/** Why lists of the first shape need not be lists of the second. */
export function arrayMisfits(from: ArrayShape, to: ArrayShape, pointer: string, compare: Compare): readonly Misfit[] {
  return [
    ...(from.maxItems === 0 ? [] : compare(from.items, to.items, pointerTo(pointer, 'items'))),
    ...limitMisfit(pointer, 'minItems', 'the number of items', from.minItems ?? 0, to.minItems ?? 0, 'least'),
    ...limitMisfit(pointer, 'maxItems', 'the number of items', from.maxItems, to.maxItems, 'most'),
    ...(to.uniqueItems && !from.uniqueItems
      ? [
          {
            pointer: pointerTo(pointer, 'uniqueItems'),
            sent: 'no item may be there twice',
            received: 'items may be there twice now',
          },
        ]
      : []),
  ];
}

const isFixed = ({ minItems, maxItems }: ArrayShape, length: number): boolean => minItems === length && maxItems === length;

/** The same where one of them is a list of a fixed length; `undefined`: they have nothing in common. */
export function tupleMisfits(from: Shape, to: Shape, pointer: string, compare: Compare): readonly Misfit[] | undefined {
  if (from.kind === 'tuple' && to.kind === 'tuple') {
    if (from.items.length !== to.items.length) return undefined;
    return from.items.flatMap((one, at) => compare(one, to.items[at] as Shape, pointerTo(pointerTo(pointer, 'items'), at)));
  }
  if (from.kind === 'array' && to.kind === 'tuple' && isFixed(from, to.items.length))
    return to.items.flatMap((one) => compare(from.items, one, pointerTo(pointer, 'items')));
  if (from.kind !== 'tuple' || to.kind !== 'array') return undefined;
  const { length } = from.items;
  const list: ArrayShape = { kind: 'array', items: { kind: 'unknown' }, minItems: length, maxItems: length };
  return [
    ...from.items.flatMap((one, at) => compare(one, to.items, pointerTo(pointerTo(pointer, 'items'), at))),
    ...arrayMisfits(list, { ...to, items: { kind: 'unknown' } }, pointer, compare),
  ];
}
