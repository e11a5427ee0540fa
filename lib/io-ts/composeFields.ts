import { type Field, leaves } from './part.js';
import { copyOf, isRecord, refused, type Run } from './refused.js';

/** Reads an object field by field, as `type` does, or as `partial` does those that are `optional`: one that is `undefined` is never wrong. */
export const composeFields =
  (fields: readonly Field[]): Run =>
  (value) => {
    if (!isRecord(value)) return refused;
    let result = value;
    for (let index = 0; index < fields.length; index++) {
      const { key, run, takes, literal, optional } = fields[index] as Field;
      const before = result[key];
      if (leaves(takes, literal, before)) continue;
      const after = run(before);
      if (after === refused) {
        if (optional && before === undefined) continue;
        return refused;
      }
      if (after !== before || (!optional && after === undefined && !Object.hasOwn(result, key))) {
        if (result === value) result = copyOf(value);
        result[key] = after;
      }
    }
    return result;
  };
