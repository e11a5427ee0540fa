import { accepts, type Behind } from './accepts.js';
import { checkedFormats } from './formats.js';
import { limited } from './limited.js';
import type { ArrayShape, NumberShape, ObjectShape, Shape, StringShape } from './shape.js';

/** Schemas that an example goes through. */
const mostSchemas = 20_000;

/** Deeper than this a recursive shape takes its shortest way out. */
const deepest = 4;

function sampleString({ example, format, minLength = 0, maxLength = Infinity }: StringShape): string {
  if (example !== undefined) return example;
  const known = format === undefined ? undefined : checkedFormats[format];
  return known ? known.example : 'text'.padEnd(minLength, '.').slice(0, maxLength);
}

function sampleNumber(shape: NumberShape): number {
  const {
    example,
    minimum = -Infinity,
    maximum = Infinity,
    multipleOf,
    exclusiveMinimum = -Infinity,
    exclusiveMaximum = Infinity,
  } = shape;
  if (example !== undefined) return example;
  const low = Math.max(minimum, exclusiveMinimum);
  const high = Math.min(maximum, exclusiveMaximum);
  const step = multipleOf ?? (shape.integer ? 1 : Number.isFinite(high - low) ? (high - low) / 2 : 1);
  const inside = (value: number): boolean =>
    value >= minimum && value <= maximum && value > exclusiveMinimum && value < exclusiveMaximum;
  if (inside(step)) return step;
  if (inside(0)) return 0;
  const first = Number.isFinite(low) ? Math.ceil(low / step) * step : Math.floor(high / step) * step;
  return inside(first) ? first : Number.isFinite(low) ? first + step : first - step;
}

function sampleObject(shape: ObjectShape, behind: Behind, depth: number): unknown {
  if (shape.example) return shape.example;
  const fields: Record<string, unknown> = {};
  for (const { name, required, shape: inner } of shape.properties) {
    if (!required && depth >= deepest) continue;
    const value = sample(inner, behind, depth + 1);
    // An optional property that has no example stays away.
    if (value !== undefined) fields[name] = value;
  }
  const missing = (shape.minProperties ?? 0) - Object.keys(fields).length;
  for (let number = 1; number <= missing; number++) {
    const value = typeof shape.rest === 'object' ? sample(shape.rest, behind, depth + 1) : 0;
    if (value !== undefined) fields[`key${number}`] = value;
  }
  return fields;
}

function sampleArray(
  { items, minItems = 0, maxItems = Infinity, uniqueItems }: ArrayShape,
  behind: Behind,
  depth: number,
): unknown {
  const length = Math.min(Math.max(minItems, depth >= deepest ? 0 : 1), maxItems);
  if (length === 0) return [];
  const one = sample(items, behind, depth + 1);
  if (one === undefined) return minItems === 0 ? [] : undefined;
  // Numbers in a row differ; of other items one is known only.
  const next = (index: number): unknown => (uniqueItems && typeof one === 'number' ? one + index : one);
  return Array.from({ length }, (_, index) => next(index));
}

function merged(values: readonly unknown[]): unknown {
  const objects = values.filter((value) => typeof value === 'object' && value !== null && !Array.isArray(value));
  return objects.length === values.length
    ? Object.assign({}, ...(objects as object[]))
    : values.find((value) => value !== undefined);
}

function candidates(shape: Shape, behind: Behind, depth: number): readonly unknown[] {
  switch (shape.kind) {
    case 'unknown':
      return [{}];
    case 'nothing':
    case 'absent':
      return [];
    case 'null':
      return [null];
    case 'boolean':
      return [true];
    case 'literal':
      return [shape.value];
    case 'string':
      return [sampleString(shape)];
    case 'number':
      return [sampleNumber(shape)];
    case 'object':
      return [sampleObject(shape, behind, depth)];
    case 'array':
      return [sampleArray(shape, behind, depth)];
    case 'tuple':
      return [shape.items.map((item) => sample(item, behind, depth + 1))];
    case 'union':
      return shape.members.map((one) => sample(one, behind, depth + 1));
    case 'intersection': {
      const values = shape.members.map((one) => sample(one, behind, depth + 1));
      return [merged(values), ...values];
    }
    case 'named':
      return [sample(behind(shape), behind, depth)];
  }
}

const sample = (shape: Shape, behind: Behind, depth: number): unknown =>
  depth > 4 * deepest
    ? undefined
    : candidates(shape, behind, depth).find((value) => value !== undefined && accepts(shape, value, behind));

/**
 * An example of a shape: what its schema gives as one, else the plainest value that fits; always the same. `undefined` if none is known, for a
 * pattern without an example for instance, or where it would be as long as a book: schemas that refer to each other twice at each level.
 */
export const sampleValue = (shape: Shape, behind: Behind): unknown =>
  limited(behind, mostSchemas, (counted) => sample(shape, counted, 0));
