import { extraField, type Field } from './field.js';
import { copyOf, type Fields, isRecord, refused, type Run } from './refused.js';

const hasOwn = Object.hasOwn;
const otherOrder = /* @__PURE__ */ Symbol('other order');

/** So often is an order learnt, and then no more: values that come in ever new orders would only cost time. */
const lessons = 16;
const longest = 256;

/** Reads the fields in the order of the type, as io-ts does. */
const byKey =
  (fields: readonly Field[]): ((value: Fields) => unknown) =>
  (value) => {
    let result = value;
    for (let index = 0; index < fields.length; index++) {
      const { key, run, kind } = fields[index] as Field;
      const before = result[key];
      if (kind === 1 && typeof before === 'string') continue;
      const after = run(before);
      if (after === refused) return refused;
      if (after !== before || (after === undefined && !hasOwn(result, key))) {
        if (result === value) result = copyOf(value);
        result[key] = after;
      }
    }
    return result;
  };

/** Reads the fields in the order of the value, if that is the order of `fields`: it takes half the time, since no key is looked up. */
const inOrder = (fields: readonly Field[]): ((value: Fields) => unknown) => {
  const count = fields.length;
  const keys = fields.map(({ key }) => key);
  const kinds = fields.map(({ kind }) => kind);
  const runs = fields.map(({ run }) => run);
  const literals = fields.map(({ literal }) => literal);
  return (value) => {
    let result = value;
    let at = 0;
    for (const key in value) {
      if (key !== keys[at]) return otherOrder;
      const before = value[key];
      const kind = kinds[at] as Field['kind'];
      const index = at++;
      // Not a `switch`: it takes longer. NaN is unlike itself, and so another value to io-ts.
      if (
        kind === 1
          ? typeof before === 'string'
          : kind === 2
            ? typeof before === 'number' && before === before
            : kind === 3
              ? typeof before === 'boolean'
              : kind === 4
                ? before === literals[index]
                : kind === 5
      )
        continue;
      const after = (runs[index] as Run)(before);
      if (after === refused) return refused;
      if (after === before && (after !== undefined || hasOwn(value, key))) continue;
      if (result === value) {
        // What is inherited is gone from the copy that io-ts makes, and from there it reads on.
        if (Object.getPrototypeOf(value) !== Object.prototype) return otherOrder;
        result = copyOf(value);
      }
      result[key] = after;
    }
    return at === count ? result : otherOrder;
  };
};

/**
 * Reads an object field by field, as `type` does. Objects of one origin have their keys in one order, so that of the last one is tried first.
 * Which order it is makes no difference to the result.
 */
export function composeType(fields: readonly Field[]): Run {
  const inTurn = byKey(fields);
  const known = new Map(fields.map((field) => [field.key, field]));
  // A copy loses a field of that name, and from there io-ts reads the copy.
  if (known.has('__proto__')) return (value) => (isRecord(value) ? inTurn(value) : refused);
  let tried = inOrder(fields);
  let left = lessons;
  const learn = (value: Fields): void => {
    const keys = Object.keys(value);
    if (keys.length > longest || !fields.every(({ key }) => hasOwn(value, key))) return;
    left--;
    tried = inOrder(keys.map((key) => known.get(key) ?? extraField(key)));
  };
  return (value) => {
    if (!isRecord(value)) return refused;
    const result = tried(value);
    if (result !== otherOrder) return result;
    if (left > 0) learn(value);
    return inTurn(value);
  };
}
