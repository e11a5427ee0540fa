import type { Field } from './field.js';
import { copyOf, type Fields, isRecord, refused, type Run } from './refused.js';

/** Reads an object field by field, as `partial` does: a field that is `undefined` is never wrong. */
export function composePartial(fields: readonly Field[]): Run {
  const count = fields.length;
  return (value) => {
    if (!isRecord(value)) return refused;
    let result: Fields = value;
    for (let index = 0; index < count; index++) {
      const { key, run, kind } = fields[index] as Field;
      const before = result[key];
      if (kind === 1 && typeof before === 'string') continue;
      const after = run(before);
      if (after === refused) {
        if (before !== undefined) return refused;
      } else if (after !== before) {
        if (result === value) result = copyOf(value);
        result[key] = after;
      }
    }
    return result;
  };
}

/** Reads every key and field of an object, as `record` does: a key that its domain refuses is left out. */
export function composeEntries(domain: Run, codomain: Run, listsToo: boolean): Run {
  return (value) => {
    if (!isRecord(value)) return listsToo && Array.isArray(value) ? value : refused;
    const keys = Object.keys(value);
    let changed: Fields | undefined;
    for (let index = 0; index < keys.length; index++) {
      const given = keys[index] as string;
      const field = value[given];
      const key = domain(given);
      const result = key === refused ? refused : codomain(field);
      if (key !== refused && result === refused) return refused;
      if (!changed && (key !== given || result !== field)) {
        changed = {};
        for (let before = 0; before < index; before++) changed[keys[before] as string] = value[keys[before] as string];
      }
      if (changed && key !== refused) changed[key as string] = result;
    }
    return changed ?? value;
  };
}
