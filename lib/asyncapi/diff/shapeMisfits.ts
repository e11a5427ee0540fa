import { accepts } from '../accepts.js';
import { areDisjoint } from '../areDisjoint.js';
import { pointerTo } from '../documentNode.js';
import { normalShape } from '../export/normalShape.js';
import { writeShape } from '../export/writeShape.js';
import type { Shape, UnionShape } from '../shape.js';
import { arrayMisfits, tupleMisfits } from './arrayMisfits.js';
import { assuming, type Compare, type Comparison, type Misfit, type ShapeSide } from './comparison.js';
import { objectMisfits } from './objectMisfits.js';
import { numberMisfits, stringMisfits } from './scalarMisfits.js';
import { wordFor } from './wordFor.js';

const isConstant = ({ kind }: Shape): boolean => kind === 'literal' || kind === 'null';

const changed = (from: Shape, to: Shape, pointer: string): Misfit => ({
  pointer,
  sent: `${wordFor(from)} is not taken any more (${wordFor(to)} is)`,
  received: `may be ${wordFor(from)} now (${wordFor(to)} before)`,
});

const keyOf = (shape: Shape): string => (shape.kind === 'named' ? shape.name : JSON.stringify(writeShape(shape)));

function namedMisfits(from: Shape, to: Shape, pointer: string, comparison: Comparison): readonly Misfit[] {
  const at = (from.kind === 'named' && comparison.from.named(from.name)?.pointer) || pointer;
  const compare = (): readonly Misfit[] => shapeMisfits(comparison.from.behind(from), comparison.to.behind(to), at, comparison);
  return assuming(`${keyOf(from)} ${keyOf(to)}`, comparison, compare, at);
}

/** All that holds together with a shape, through names and levels. */
function partsOf(shape: Shape, behind: ShapeSide['behind']): readonly Shape[] {
  const found = new Set<Shape>([behind(shape)]);
  for (const one of found) if (one.kind === 'intersection') for (const member of one.members) found.add(behind(member));
  return [...found].filter(({ kind }) => kind !== 'intersection');
}

/** What holds together, as one object where it can be. */
const together = (shape: Shape, { behind }: ShapeSide): Shape =>
  shape.kind === 'intersection'
    ? normalShape({ ...shape, members: partsOf(shape, behind) }, { behind, inline: (name) => ({ kind: 'named', name }) })
    : shape;

/** Whether two lists of alternatives that exclude each other are the same, in any order. */
function areEquivalent(from: UnionShape, to: UnionShape, pointer: string, comparison: Comparison): boolean {
  const left = [...to.members];
  const fits = (one: Shape, other: Shape): boolean =>
    shapeMisfits(one, other, pointer, comparison).length === 0 &&
    shapeMisfits(other, one, pointer, comparison.reversed).length === 0;
  return (
    from.members.length === to.members.length &&
    from.members.every((one) => {
      const at = left.findIndex((other) => fits(one, other));
      return at >= 0 && left.splice(at, 1).length > 0;
    })
  );
}

function fromUnion(from: UnionShape, to: Shape, pointer: string, comparison: Comparison): readonly Misfit[] {
  // What excludes each other holds together: taken one by one, more would pass.
  if (from.exclusive && to.kind === 'union') {
    if (to.exclusive && areEquivalent(from, to, pointer, comparison)) return [];
    if (toUnion(from, to, pointer, comparison).length === 0) return [];
  }
  return from.members.flatMap((one, at) => {
    const place =
      one.kind === 'literal' ? pointerTo(pointer, 'enum') : pointerTo(pointerTo(pointer, from.exclusive ? 'oneOf' : 'anyOf'), at);
    return shapeMisfits(one, to, place, comparison);
  });
}

/** One of the alternatives has to do; of those that exclude each other no second one may. */
function toUnion(from: Shape, to: UnionShape, pointer: string, comparison: Comparison): readonly Misfit[] {
  const compare: Compare = (one, other, at) => shapeMisfits(one, other, at, comparison);
  if (to.members.some((one) => compare(from, one, pointer).length === 0))
    return !to.exclusive || areDisjoint(to.members, comparison.to.behind)
      ? []
      : [{ pointer, sent: 'may fit two alternatives, and only one is allowed', received: 'may fit two alternatives now' }];
  // With one candidate of its kind, what is wrong with that says more.
  const kin = to.members.filter((one) => comparison.to.behind(one).kind === from.kind);
  const [only] = kin;
  if (only && kin.length === 1) return compare(from, only, pointer);
  if (!only) return [changed(from, to, pointer)];
  const word = wordFor(from);
  return [
    { pointer, sent: `${word} need not be one of the alternatives`, received: `${word} may be none of the alternatives now` },
  ];
}

/** One kind beside another. */
function kindMisfits(from: Shape, to: Shape, pointer: string, comparison: Comparison): readonly Misfit[] {
  const compare: Compare = (one, other, at) => shapeMisfits(one, other, at, comparison);
  if (from.kind === 'string' && to.kind === 'string') return stringMisfits(from, to, pointer);
  if (from.kind === 'number' && to.kind === 'number') return numberMisfits(from, to, pointer);
  if (from.kind === 'object' && to.kind === 'object') return objectMisfits(from, to, pointer, comparison, compare);
  if (from.kind === 'array' && to.kind === 'array') return arrayMisfits(from, to, pointer, compare);
  if (to.kind === 'tuple' || from.kind === 'tuple')
    return tupleMisfits(from, to, pointer, compare) ?? [changed(from, to, pointer)];
  return from.kind === to.kind ? [] : [changed(from, to, pointer)];
}

/**
 * Why a value of the first shape need not be one of the second, with places in the first; empty: each is one. It errs on one side: where it cannot see
 * that they fit, they do not.
 */
export function shapeMisfits(from: Shape, to: Shape, pointer: string, comparison: Comparison): readonly Misfit[] {
  if (to.kind === 'unknown' || from.kind === 'nothing') return [];
  if (from.kind === 'named' || to.kind === 'named') return namedMisfits(from, to, pointer, comparison);
  const takes = (value: unknown): boolean => accepts(to, value, comparison.to.behind);
  if (isConstant(from)) return takes(from.kind === 'literal' ? from.value : null) ? [] : [changed(from, to, pointer)];
  if (from.kind === 'boolean' && takes(true) && takes(false)) return [];
  if (from.kind === 'union') return fromUnion(from, to, pointer, comparison);
  const [one, other] = [together(from, comparison.from), together(to, comparison.to)];
  if (other.kind === 'intersection') return other.members.flatMap((member) => shapeMisfits(one, member, pointer, comparison));
  if (one.kind === 'intersection') {
    const all = one.members.map((member) => shapeMisfits(member, other, pointer, comparison));
    // No part of it fits alone, and the whole may be one of the alternatives.
    if (other.kind === 'union') all.push(toUnion(one, other, pointer, comparison));
    return all.some((found) => found.length === 0) ? [] : (all[0] ?? []);
  }
  if (one !== from || other !== to) return shapeMisfits(one, other, pointer, comparison);
  return to.kind === 'union' ? toUnion(from, to, pointer, comparison) : kindMisfits(from, to, pointer, comparison);
}
