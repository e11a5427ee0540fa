import { checkedFormats } from './formats.js';
import { isMultiple } from './isMultiple.js';
import type { ArrayShape, NumberShape, ObjectShape, Shape, StringShape } from './shape.js';

/** Gives the shape that a name stands for. */
export type Behind = (shape: Shape) => Shape;

/** A text for a value of JSON, the same for equal values. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );

const between = (count: number, least = 0, most = Infinity): boolean => count >= least && count <= most;

function acceptsString(shape: StringShape, value: unknown): boolean {
  if (typeof value !== 'string' || !between([...value].length, shape.minLength, shape.maxLength)) return false;
  if (shape.pattern !== undefined && !new RegExp(shape.pattern, 'u').test(value)) return false;
  const format = shape.format === undefined ? undefined : checkedFormats[shape.format];
  return !format || new RegExp(format.pattern, format.flags ?? 'u').test(value);
}

const acceptsNumber = (shape: NumberShape, value: unknown): boolean =>
  typeof value === 'number' &&
  Number.isFinite(value) &&
  (!shape.integer || Number.isInteger(value)) &&
  between(value, shape.minimum ?? -Infinity, shape.maximum) &&
  value > (shape.exclusiveMinimum ?? -Infinity) &&
  value < (shape.exclusiveMaximum ?? Infinity) &&
  (shape.multipleOf === undefined || isMultiple(value, shape.multipleOf));

function acceptsObject(shape: ObjectShape, value: unknown, behind: Behind): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const fields = value as Readonly<Record<string, unknown>>;
  const named = new Map(shape.properties.map((property) => [property.name, property]));
  const { rest } = shape;
  return (
    between(Object.keys(fields).length, shape.minProperties, shape.maxProperties) &&
    shape.properties.every(({ name, required }) => !required || fields[name] !== undefined) &&
    Object.entries(fields).every(([key, inner]) => {
      const property = named.get(key);
      if (property) return inner === undefined || accepts(property.shape, inner, behind);
      return typeof rest === 'object' ? accepts(rest, inner, behind) : rest;
    })
  );
}

const acceptsArray = (shape: ArrayShape, value: unknown, behind: Behind): boolean =>
  Array.isArray(value) &&
  between(value.length, shape.minItems, shape.maxItems) &&
  value.every((item) => accepts(shape.items, item, behind)) &&
  (!shape.uniqueItems || new Set(value.map(canonical)).size === value.length);

/** Whether a value of JSON is one of a shape: what the codec of that shape says, without a codec. */
export function accepts(shape: Shape, value: unknown, behind: Behind): boolean {
  switch (shape.kind) {
    case 'unknown':
      return true;
    case 'nothing':
      return false;
    case 'absent':
      return value === undefined;
    case 'null':
      return value === null;
    case 'boolean':
      return typeof value === 'boolean';
    case 'literal':
      return value === shape.value;
    case 'string':
      return acceptsString(shape, value);
    case 'number':
      return acceptsNumber(shape, value);
    case 'object':
      return acceptsObject(shape, value, behind);
    case 'array':
      return acceptsArray(shape, value, behind);
    case 'tuple':
      return (
        Array.isArray(value) &&
        value.length === shape.items.length &&
        shape.items.every((item, at) => accepts(item, value[at], behind))
      );
    case 'union': {
      const fitting = shape.members.filter((one) => accepts(one, value, behind)).length;
      return shape.exclusive ? fitting === 1 : fitting > 0;
    }
    case 'intersection':
      return shape.members.every((one) => accepts(one, value, behind));
    case 'named':
      return accepts(behind(shape), value, behind);
  }
}
