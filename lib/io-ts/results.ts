import { type Fields, isRecord } from './refused.js';

const hasOwn = Object.hasOwn;

/** Gives what `exact` leaves of an object: the object itself, if there is nothing to take out. The keys of the last one are tried first. */
export function createStrip(props: object): (value: Fields) => Fields {
  let known: readonly string[] = [];
  let kept = known;
  return (value) => {
    const keys = Object.getOwnPropertyNames(value);
    const count = keys.length;
    let at = 0;
    if (count === known.length) while (at < count && keys[at] === known[at]) at++;
    if (at < count || count < known.length) {
      known = keys;
      kept = keys.filter((key) => hasOwn(props, key));
    }
    if (kept.length === count) return value;
    const stripped: Fields = {};
    for (const key of kept) stripped[key] = value[key];
    return stripped;
  };
}

/** What an intersection makes of the results of its members: of each field the last that differs from the field of the value. */
export function mergeResults(value: unknown, results: readonly unknown[]): unknown {
  if (results.every((result) => result === value)) return value;
  if (!results.some(isRecord)) return results.at(-1);
  const base = isRecord(value) ? value : undefined;
  const merged: Fields = {};
  // Inherited fields too, as io-ts does.
  for (const result of results)
    for (const key in result as Fields)
      if (!base || !hasOwn(merged, key) || (result as Fields)[key] !== base[key]) merged[key] = (result as Fields)[key];
  return merged;
}
