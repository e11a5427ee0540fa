import type { Any } from 'io-ts';
import { refused, type Run } from './refused.js';
import type { LeafTag, Shape } from './shape.js';

/**
 * What a type does to a value: its run, and which values it surely leaves as they are, so that a comparison on the spot will do instead of a
 * call. `takes` has bits: 1 strings, 2 numbers, 4 true and false, 8 null, 16 whatever there is. (Numbers, since a loop that compares strings
 * takes twice as long.) `literal` is one value more, or {@link refused}.
 */
export interface Part {
  readonly run: Run;
  readonly takes: number;
  readonly literal: unknown;
}

/** A field of an object. */
export interface Field extends Part {
  readonly key: string;
}

const bits: { readonly [Tag in LeafTag]?: number } = { StringType: 1, NumberType: 2, BooleanType: 4, NullType: 8 };

export function partOf(shape: Shape, run: Run, shapeOf: (type: Any) => Shape): Part {
  let takes = 0;
  let literal: unknown = refused;
  // What comes behind a member that is more than that may never be asked.
  for (const member of shape.form === 'union' ? shape.members.map(shapeOf) : [shape]) {
    const bit = member.form === 'leaf' ? bits[member.tag] : undefined;
    if (bit) takes |= bit;
    // Of two zeros, io-ts gives that of the literal. What was left out is `undefined` as well.
    else if (member.form === 'literal' && member.value !== 0 && member.value !== undefined) literal = member.value;
    else break;
  }
  return { run, takes, literal };
}

/** A field that a value has, and its type does not know. */
export const extraField = (key: string): Field => ({ key, run: () => refused, takes: 16, literal: refused });

/** Whether a part surely leaves a value as it is. NaN is unlike itself, and so another value to io-ts. */
export const leaves = (takes: number, literal: unknown, value: unknown): boolean =>
  (typeof value === 'string'
    ? (takes & 1) !== 0
    : typeof value === 'number'
      ? (takes & 2) !== 0 && value === value
      : typeof value === 'boolean'
        ? (takes & 4) !== 0
        : value === null && (takes & 8) !== 0) ||
  value === literal ||
  takes === 16;
