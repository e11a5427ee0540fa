import { type Fields, isRecord } from './refused.js';

const hasOwn = Object.hasOwn;

/** Whether two objects have the same keys in the same order. */
export function sameKeys(keys: readonly string[], others: readonly string[]): boolean {
  let at = keys.length;
  if (at !== others.length) return false;
  while (at > 0 && keys[at - 1] === others[at - 1]) at--;
  return at === 0;
}

/** An object with some fields of another. */
export function pick(value: Fields, keys: readonly string[]): Fields {
  const picked: Fields = {};
  for (let at = 0; at < keys.length; at++) picked[keys[at] as string] = value[keys[at] as string];
  return picked;
}

/** What `exact` leaves of an object: the object itself, if there is nothing to take out. */
export function strip(value: Fields, props: object): Fields {
  const keys = Object.getOwnPropertyNames(value);
  const kept = keys.filter((key) => hasOwn(props, key));
  return kept.length === keys.length ? value : pick(value, kept);
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
