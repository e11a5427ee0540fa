import type { Behind } from '../accepts.js';
import { distinctBy } from '../distinctBy.js';
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
  /** What was found of pairs of names that do not fit. */
  readonly known: Map<string, readonly Misfit[]>;
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
  const fresh = () => ({ assumed: new Set<string>(), known: new Map<string, readonly Misfit[]>() });
  const comparison = { from, to, strict, misses, ...fresh() } as {
    -readonly [K in keyof Comparison]: Comparison[K];
  };
  comparison.reversed = { from: to, to: from, strict, misses: false, ...fresh(), reversed: comparison };
  return comparison;
}

/**
 * Runs `compare`, which tells misfits at `pointer`; what was assumed meanwhile is forgotten if it finds something, since it may rest on what is not so.
 */
export function assuming(key: string, comparison: Comparison, compare: () => readonly Misfit[], pointer = ''): readonly Misfit[] {
  const { assumed, known, reversed } = comparison;
  if (assumed.has(key)) return [];
  // What does not fit while others are taken to fit never does.
  const place = `${key} ${pointer}`;
  const before = known.get(place);
  if (before) return before;
  const sets = [new Set(assumed), new Set(reversed.assumed)] as const;
  assumed.add(key);
  // Two places may lead to one schema, and that to the next one.
  const found = distinctBy(compare());
  if (found.length > 0) {
    known.set(place, found);
    for (const [at, set] of [assumed, reversed.assumed].entries()) {
      set.clear();
      for (const one of sets[at] ?? []) set.add(one);
    }
  }
  return found;
}
