import { type Fields, isRecord } from './refused.js';

const hasOwn = Object.hasOwn;

/** What `exact` leaves of an object: the object itself, if there is nothing to take out. */
export function stripKeys(value: Fields, props: object): Fields {
  const keys = Object.getOwnPropertyNames(value);
  let kept = 0;
  while (kept < keys.length && hasOwn(props, keys[kept] as string)) kept++;
  if (kept === keys.length) return value;
  const stripped: Fields = {};
  for (const key of keys) if (hasOwn(props, key)) stripped[key] = value[key];
  return stripped;
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
