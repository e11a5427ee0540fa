import { extraField, type Field, leaves } from './part.js';
import { copyOf, type Fields, isRecord, refused, type Run } from './refused.js';

const hasOwn = Object.hasOwn;
const otherOrder = /* @__PURE__ */ Symbol('other order');

/** So often is an order learnt, and then no more: values that come in ever new orders would only cost time. */
const lessons = 16;
const longest = 256;

/** Reads the fields in the order of the type, as io-ts does. */
const byKey =
  (fields: readonly Field[], partial: boolean): ((value: Fields) => unknown) =>
  (value) => {
    let result = value;
    for (let index = 0; index < fields.length; index++) {
      const { key, run, takes, literal } = fields[index] as Field;
      const before = result[key];
      if (leaves(takes, literal, before)) continue;
      const after = run(before);
      if (after === refused) {
        if (partial && before === undefined) continue;
        return refused;
      }
      if (after !== before || (!partial && after === undefined && !hasOwn(result, key))) {
        if (result === value) result = copyOf(value);
        result[key] = after;
      }
    }
    return result;
  };

/**
 * Reads the fields in the order of the value, if that is the order of `fields`: it takes half the time, since no key is looked up. `absent` are
 * those that it must not have.
 */
const inOrder = (fields: readonly Field[], absent: readonly Field[], partial: boolean): ((value: Fields) => unknown) => {
  const count = fields.length;
  const keys = fields.map(({ key }) => key);
  const runs = fields.map(({ run }) => run);
  const takes = fields.map((field) => field.takes);
  const literals = fields.map(({ literal }) => literal);
  return (value) => {
    let result = value;
    let at = 0;
    for (const key in value) {
      if (key !== keys[at]) return otherOrder;
      const before = value[key];
      const index = at++;
      if (leaves(takes[index] as number, literals[index], before)) continue;
      const after = (runs[index] as Run)(before);
      if (after === refused) {
        if (partial && before === undefined) continue;
        return refused;
      }
      if (after === before && (partial || after !== undefined || hasOwn(value, key))) continue;
      if (result === value) {
        // What is inherited is gone from the copy that io-ts makes, and from there it reads on.
        if (Object.getPrototypeOf(value) !== Object.prototype) return otherOrder;
        result = copyOf(value);
      }
      result[key] = after;
    }
    if (at !== count) return otherOrder;
    if (!partial) return result;
    // There may be one that is not listed.
    for (let index = 0; index < absent.length; index++) if (value[(absent[index] as Field).key] !== undefined) return otherOrder;
    return result;
  };
};

/**
 * Reads an object field by field, as `type` does, or as `partial` does: there a field that is `undefined` is never wrong. Objects of one origin have
 * their keys in one order, so that of the last one is tried first. Which order it is makes no difference to the result.
 */
export function composeFields(fields: readonly Field[], partial: boolean): Run {
  const inTurn = byKey(fields, partial);
  const known = new Map(fields.map((field) => [field.key, field]));
  // A copy loses a field of that name, and from there io-ts reads the copy.
  if (known.has('__proto__')) return (value) => (isRecord(value) ? inTurn(value) : refused);
  let tried = inOrder(fields, [], partial);
  let left = lessons;
  const learn = (value: Fields): void => {
    const keys = Object.keys(value);
    const absent = fields.filter(({ key }) => !hasOwn(value, key));
    // One that is not there may be given a value by its type.
    if (keys.length > longest || absent.some(({ takes }) => !partial || takes === 0)) return;
    left--;
    tried = inOrder(
      keys.map((key) => known.get(key) ?? extraField(key)),
      absent,
      partial,
    );
  };
  return (value) => {
    if (!isRecord(value)) return refused;
    const result = tried(value);
    if (result !== otherOrder) return result;
    if (left > 0) learn(value);
    return inTurn(value);
  };
}
