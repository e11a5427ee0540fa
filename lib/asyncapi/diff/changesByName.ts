import type { DocumentChange } from './documentChange.js';

/** What stands under a name in one document or both. */
export interface Naming<M> {
  readonly nameOf: (model: M) => string;
  /** What differs between two of one name. */
  readonly kept: (old: M, changed: M) => readonly DocumentChange[];
  /** Why one is not there any more, given those that are new. */
  readonly gone: (old: M, added: readonly M[]) => DocumentChange;
  readonly added: (changed: M) => DocumentChange;
}

/** The changes of all names, those of the old document first, each in its document's order. */
export function changesByName<M>(
  old: readonly M[],
  changed: readonly M[],
  { nameOf, kept, gone, added }: Naming<M>,
): readonly DocumentChange[] {
  const known = new Map(changed.map((one) => [nameOf(one), one]));
  const before = new Set(old.map(nameOf));
  const fresh = changed.filter((one) => !before.has(nameOf(one)));
  return [
    ...old.flatMap((one) => {
      const now = known.get(nameOf(one));
      return now === undefined ? [gone(one, fresh)] : kept(one, now);
    }),
    ...fresh.map(added),
  ];
}
