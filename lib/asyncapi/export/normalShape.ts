import type { Behind } from '../accepts.js';
import { areDisjoint } from '../areDisjoint.js';
import { distinctBy } from '../distinctBy.js';
import { restShape } from '../restShape.js';
import type { ObjectShape, PropertyShape, Shape, UnionShape } from '../shape.js';
import { writeShape } from './writeShape.js';

/** What names stand for. */
export interface ShapeNames {
  readonly behind: Behind;
  /** What stands in the place of a name: the name itself, or what is behind it. */
  readonly inline: (name: string) => Shape;
}

const nothing: Shape = { kind: 'nothing' };
const textOf = (shape: Shape): string => JSON.stringify(writeShape(shape));
const distinct = (shapes: readonly Shape[]): readonly Shape[] => distinctBy(shapes, textOf);

const restOf = (shape: Shape): boolean | Shape => (shape.kind === 'unknown' ? true : shape.kind === 'nothing' ? false : shape);

const larger = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined ? b : b === undefined ? a : Math.max(a, b);
const smaller = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined ? b : b === undefined ? a : Math.min(a, b);

/** One object that is both; `undefined` where no schema of one object says that. */
function mergeObjects(a: ObjectShape, b: ObjectShape): ObjectShape | typeof nothing | undefined {
  const rest = both([restShape(a), restShape(b)]);
  const properties: PropertyShape[] = [];
  for (const name of new Set([...a.properties, ...b.properties].map((property) => property.name))) {
    const [one, other] = [a, b].map(({ properties: all }) => all.find((property) => property.name === name));
    const shape = both([one?.shape ?? restShape(a), other?.shape ?? restShape(b)]);
    const required = one?.required === true || other?.required === true;
    if (shape.kind === 'nothing') {
      if (required) return nothing;
      if (rest.kind === 'nothing') continue;
      return undefined;
    }
    const description = one?.description ?? other?.description;
    properties.push({ name, required, shape, ...(description !== undefined && { description }) });
  }
  const minProperties = larger(a.minProperties, b.minProperties);
  const maxProperties = smaller(a.maxProperties, b.maxProperties);
  return objectOf({
    kind: 'object',
    properties,
    rest: restOf(rest),
    ...(minProperties !== undefined && { minProperties }),
    ...(maxProperties !== undefined && { maxProperties }),
  });
}

const objectOf = (shape: ObjectShape): ObjectShape => ({
  ...shape,
  properties: [...shape.properties.filter(({ required }) => required), ...shape.properties.filter(({ required }) => !required)],
});

/** What all of these normal shapes take. */
function both(shapes: readonly Shape[]): Shape {
  const flat = shapes.flatMap((one) => (one.kind === 'intersection' ? one.members : [one]));
  if (flat.some(({ kind }) => kind === 'nothing')) return nothing;
  const members: Shape[] = [];
  for (const one of distinct(flat.filter(({ kind }) => kind !== 'unknown'))) {
    if (one.kind !== 'object') {
      members.push(one);
      continue;
    }
    let placed = false;
    for (const [at, other] of members.entries()) {
      const merged = other.kind === 'object' ? mergeObjects(other, one) : undefined;
      if (!merged) continue;
      if (merged.kind === 'nothing') return nothing;
      members[at] = merged;
      placed = true;
      break;
    }
    if (!placed) members.push(one);
  }
  const [only] = members;
  if (!only) return { kind: 'unknown' };
  return members.length === 1 ? only : { kind: 'intersection', members };
}

/** Constants of one type stand together, at the place of the first. */
function grouped(shapes: readonly Shape[]): readonly Shape[] {
  const kinds = (shape: Shape, at: number): string => (shape.kind === 'literal' ? typeof shape.value : String(at));
  const groups = new Map<string, Shape[]>();
  for (const [at, shape] of shapes.entries()) {
    const kind = kinds(shape, at);
    groups.set(kind, [...(groups.get(kind) ?? []), shape]);
  }
  return [...groups.values()].flat();
}

function unionOf(given: UnionShape, members: readonly Shape[], behind: Behind): Shape {
  const possible = members.filter(({ kind }) => kind !== 'nothing');
  const flat = given.exclusive
    ? possible
    : grouped(distinct(possible.flatMap((one) => (one.kind === 'union' && !one.exclusive ? one.members : [one]))));
  const [only] = flat;
  if (!only) return nothing;
  if (flat.length === 1) return only;
  const disjoint = areDisjoint(flat, behind);
  const tagged = disjoint && flat.every((one) => behind(one).kind === 'object');
  if (given.exclusive && disjoint && !tagged) return unionOf({ ...given, exclusive: false }, members, behind);
  return { kind: 'union', members: flat, exclusive: tagged || given.exclusive };
}

const counted = <S extends Shape>(shape: S, word: string): S =>
  (shape as unknown as Readonly<Record<string, unknown>>)[word] === 0
    ? (Object.fromEntries(Object.entries(shape).filter(([key]) => key !== word)) as unknown as S)
    : shape;

/**
 * The same set of values, said in one way: what holds together is one object, what is required stands first, alternatives that a constant tells apart
 * exclude each other. Shapes that were written differently and mean the same become equal, as far as that can be seen.
 */
export function normalShape(shape: Shape, names: ShapeNames): Shape {
  const normal = (one: Shape): Shape => normalShape(one, names);
  switch (shape.kind) {
    case 'named': {
      const inlined = names.inline(shape.name);
      return inlined.kind === 'named' ? inlined : normal(inlined);
    }
    case 'string':
      return counted(shape, 'minLength');
    case 'object': {
      const rest = restOf(normal(restShape(shape)));
      const properties = shape.properties.map((property) => ({ ...property, shape: normal(property.shape) }));
      return counted(objectOf({ ...shape, rest, properties }), 'minProperties');
    }
    case 'array':
      return counted({ ...shape, items: normal(shape.items) }, 'minItems');
    case 'tuple':
      return { ...shape, items: shape.items.map(normal) };
    case 'union':
      return unionOf(shape, shape.members.map(normal), names.behind);
    case 'intersection':
      return both(shape.members.map(normal));
    default:
      return shape;
  }
}
