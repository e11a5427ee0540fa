import { pointerTo, unescaped } from '../documentNode.js';

/** The part of a pointer that leads to something: a property that two schemas have together stands in neither of its own. */
export function nearestPointer(document: unknown, pointer: string): string {
  let [at, found] = [document, '#'];
  for (const part of pointer.split('/').slice(1)) {
    const key = unescaped(part);
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return found;
    at = (at as Readonly<Record<string, unknown>>)[key];
    found = pointerTo(found, key);
  }
  return found;
}
