import * as t from 'io-ts';
import type { Orders } from './readInOrder.js';
import { refused, type Run } from './refused.js';
import type { LeafTag, Shape } from './shape.js';

/**
 * What a type does to a value: its run, and which values it surely leaves as they are, so that a comparison on the spot will do instead of a
 * call. `takes` has bits: 1 strings, 2 numbers, 4 true and false, 8 null, 16 whole numbers, 32 the `literal`, 64 what is in the `literal`, a
 * set, 128 whatever there is. (Numbers, since a loop that compares strings takes twice as long.)
 */
export interface Part {
  readonly run: Run;
  readonly takes: number;
  readonly literal: unknown;
  readonly orders: Orders | undefined;
  /** It takes nothing else. */
  readonly plain: boolean;
}

/** A field of an object. */
export interface Field extends Part {
  readonly key: string;
  /** It may be `undefined`, whatever its type says. */
  readonly optional: boolean;
}

const bits: { readonly [Tag in LeafTag]?: number } = { StringType: 1, NumberType: 2, BooleanType: 4, NullType: 8 };

/** More literals than these are quicker to be looked up. */
const most = 16;

export function partOf(shape: Shape, run: Run, shapeOf: (type: t.Any) => Shape): Part {
  let takes = 0;
  const literals = new Set<unknown>();
  // What comes behind a member that is more than that may never be asked.
  const plain = (shape.form === 'union' ? shape.members.map(shapeOf) : [shape]).every((member) => {
    const bit = bitOf(member, shapeOf);
    takes |= bit;
    // Of two zeros, io-ts gives that of the literal. What was left out is `undefined` as well.
    const { value = 0 } = member.form === 'literal' ? member : {};
    if (value !== 0) literals.add(value);
    else if (member.form === 'keyof') for (const key of Object.getOwnPropertyNames(member.keys)) literals.add(key);
    else return bit > 0;
    // A set has NaN, and no literal is like it.
    return !literals.delete(NaN);
  });
  const [literal] = literals;
  if (literals.size > 0 && literals.size <= most) takes |= literals.size > 1 ? 64 : 32;
  return { run, orders: run.orders, takes, plain, literal: literals.size > 1 ? [...literals] : literal };
}

function bitOf(shape: Shape, shapeOf: (type: t.Any) => Shape): number {
  if (shape.form === 'leaf') return bits[shape.tag] ?? 0;
  const whole = shape.form === 'refinement' && isWhole(shape.predicate);
  return whole && bitOf(shapeOf(shape.inner), shapeOf) === 2 ? 16 : 0;
}

/** Whether a predicate is that of `Int` or `Integer`. */
export const isWhole = (predicate: unknown): boolean => predicate === t.Int.predicate || predicate === Number.isInteger;

/** A field that a value has, and its type does not know. */
export const extraField = (key: string): Field => ({
  ...{ key, optional: true, plain: true, takes: 128 },
  ...{ literal: undefined, run: () => refused, orders: undefined },
});

const isOne = (takes: number, literal: unknown, value: unknown): boolean => {
  if ((takes & 32) !== 0) return value === literal;
  if (takes === 128) return true;
  const literals = literal as readonly unknown[];
  for (let index = 0; index < literals.length; index++) if (literals[index] === value) return true;
  return false;
};

/** Whether a part surely leaves a value as it is. NaN is unlike itself, and so another value to io-ts. */
export function leaves(takes: number, literal: unknown, value: unknown): boolean {
  if (typeof value === 'string') {
    if ((takes & 1) !== 0) return true;
  } else if (typeof value === 'number') {
    if ((takes & 2) !== 0 ? value === value : (takes & 16) !== 0 && Number.isInteger(value)) return true;
  } else if (typeof value === 'boolean') {
    if ((takes & 4) !== 0) return true;
  } else if (value === null && (takes & 8) !== 0) return true;
  return takes > 31 && isOne(takes, literal, value);
}
