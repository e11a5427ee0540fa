import type { Behind } from '../accepts.js';
import type { NamedShape, Shape } from '../shape.js';

/** Why values of one shape are not all values of another. */
export interface Misfit {
  /** Where, in the document of the first shape. */
  readonly pointer: string;
  /** As it is told of what a client sends: the first shape is the old one. */
  readonly sent: string;
  /** As it is told of what a client receives: the first shape is the new one. */
  readonly received: string;
}

/** What is compared with what. */
export interface Comparison {
  /** The names of the first shape's document, and of the second's. */
  readonly from: ShapeSide;
  readonly to: ShapeSide;
  /** Objects take properties that they do not name, if nothing forbids them; else what is not named is not there. */
  readonly strict: boolean;
  /** A property that the second names and the first does not is one that is missed. */
  readonly misses: boolean;
  /** Pairs of names that are taken to fit: they are being compared, or were. */
  readonly assumed: Set<string>;
  /** The second compared with the first. */
  readonly reversed: Comparison;
}

/** The schemas with a name of one document. */
export interface ShapeSide {
  readonly behind: Behind;
  readonly named: (name: string) => NamedShape | undefined;
}

/** Compares two shapes at a place. */
export type Compare = (from: Shape, to: Shape, pointer: string) => readonly Misfit[];

/** A comparison of two documents, and its reverse. */
export function createComparison(
  from: ShapeSide,
  to: ShapeSide,
  { strict = false, misses = false }: { readonly strict?: boolean; readonly misses?: boolean },
): Comparison {
  const comparison = { from, to, strict, misses, assumed: new Set<string>() } as {
    -readonly [K in keyof Comparison]: Comparison[K];
  };
  comparison.reversed = { from: to, to: from, strict, misses: false, assumed: new Set<string>(), reversed: comparison };
  return comparison;
}

/** Runs `compare`; what was assumed meanwhile is forgotten if it finds something, since it may rest on what is not so. */
export function assuming(key: string, comparison: Comparison, compare: () => readonly Misfit[]): readonly Misfit[] {
  const { assumed, reversed } = comparison;
  if (assumed.has(key)) return [];
  const before = [new Set(assumed), new Set(reversed.assumed)] as const;
  assumed.add(key);
  const found = compare();
  if (found.length > 0)
    for (const [at, set] of [assumed, reversed.assumed].entries()) {
      set.clear();
      for (const one of before[at] ?? []) set.add(one);
    }
  return found;
}
