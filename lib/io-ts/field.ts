import { refused, type Run } from './refused.js';
import type { Shape } from './shape.js';

/**
 * A field of an object: its type's run, and whether a comparison on the spot will do instead, as it does for most fields. 0: no; 1: a
 * string; 2: a number; 3: true or false; 4: the literal; 5: no field of the type, to be passed over. (Numbers, since a loop that compares
 * strings takes twice as long.)
 */
export interface Field {
  readonly key: string;
  readonly run: Run;
  readonly kind: 0 | 1 | 2 | 3 | 4 | 5;
  readonly literal?: unknown;
}

const kinds = { StringType: 1, NumberType: 2, BooleanType: 3 } as const;

export function fieldOf(key: string, shape: Shape, run: Run): Field {
  if (shape.form === 'literal' && shape.value !== undefined) return { key, run, kind: 4, literal: shape.value };
  return { key, run, kind: shape.form === 'leaf' && shape.tag in kinds ? kinds[shape.tag as keyof typeof kinds] : 0 };
}

/** A field that a value has, and its type does not know. */
export const extraField = (key: string): Field => ({ key, run: () => refused, kind: 5 });
