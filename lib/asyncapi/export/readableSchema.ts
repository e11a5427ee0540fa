import { AsyncApiError } from '../../errors/asyncApiError.js';
import { pointerTo } from '../documentNode.js';

type Words = Readonly<Record<string, unknown>>;

const isWords = (value: unknown): value is Words => typeof value === 'object' && value !== null && !Array.isArray(value);
const without = (schema: Words, ...words: readonly string[]): Words =>
  Object.fromEntries(Object.entries(schema).filter(([word]) => !words.includes(word)));
const hasOnly = (schema: Words, ...words: readonly string[]): boolean =>
  Object.keys(schema).every((word) => words.includes(word));

/** What keys may be: any text, which says nothing, or one of a list, each with the schema of further properties. */
function withoutNames(schema: Words): Words {
  const { propertyNames: names, additionalProperties: further = {} } = schema;
  if (!isWords(names)) return schema;
  const plain = without(schema, 'propertyNames');
  if (hasOnly(names, 'type') && (names.type === 'string' || names.type === undefined)) return plain;
  const listed = Array.isArray(names.enum) && hasOnly(names, 'type', 'enum') ? (names.enum as readonly unknown[]) : undefined;
  if (!listed || 'properties' in schema || 'patternProperties' in schema) return schema;
  return { ...plain, properties: Object.fromEntries(listed.map((name) => [String(name), further])), additionalProperties: false };
}

/** A list of a fixed length, as zod and `toStandard` say it. */
function withoutTuple(schema: Words): Words {
  const items = Array.isArray(schema.items) ? (schema.items as readonly unknown[]) : undefined;
  if (schema.additionalItems === false && items)
    return { ...without(schema, 'additionalItems'), maxItems: schema.maxItems ?? items.length };
  const parts = Array.isArray(schema.allOf) ? (schema.allOf as readonly unknown[]) : [];
  const [fixed, list] = parts;
  if (parts.length !== 2 || !isWords(fixed) || !isWords(list) || !Array.isArray(list.items)) return schema;
  const { length } = list.items as readonly unknown[];
  const same = fixed.type === 'array' && fixed.minItems === length && fixed.maxItems === length;
  return same && hasOnly(fixed, 'type', 'minItems', 'maxItems')
    ? { ...without(schema, 'allOf'), ...list, minItems: length, maxItems: length }
    : schema;
}

/** A format beside a constant, or beside alternatives that have it themselves, as ArkType writes it. */
function withoutFormat(schema: Words): Words {
  const { type, format, anyOf } = schema;
  if (format === undefined || type !== undefined) return schema;
  const said = Array.isArray(anyOf) && anyOf.every((one: unknown) => isWords(one) && one.format === format);
  return said || typeof schema.const === 'string' ? without(schema, 'format') : schema;
}

/** What the codecs say that `rxgate generate` writes. */
function withoutMarks(schema: Words, pointer: string): Words {
  if (schema['x-further'] === true)
    throw new AsyncApiError(pointer, 'what its further properties are leads back to itself, and is known to the codec alone');
  if (schema['x-exclusive'] === undefined) return schema;
  if (schema['x-exclusive'] !== true || schema.anyOf === undefined)
    throw new AsyncApiError(pointer, 'which of its alternatives exclude each other is known to the codec alone');
  return { ...without(schema, 'x-exclusive', 'anyOf'), oneOf: schema.anyOf };
}

const maps = ['properties', 'definitions', '$defs', 'patternProperties'];
const lists = ['allOf', 'anyOf', 'oneOf', 'prefixItems', 'items'];
const singles = ['items', 'additionalProperties', 'propertyNames'];

/**
 * A JSON Schema as zod, ArkType and `toStandard` write it, in the words that `readSchema` reads. What cannot be said in them stays as it is: the
 * reader refuses it with its pointer.
 */
export function readableSchema(given: unknown, pointer = '#'): unknown {
  if (!isWords(given)) return given;
  if (hasOnly(given, 'not', '$schema') && isWords(given.not) && Object.keys(given.not).length === 0) return false;
  const schema = withoutFormat(withoutTuple(withoutNames(withoutMarks(given, pointer))));
  return Object.fromEntries(
    Object.entries(schema).map(([word, value]) => {
      const at = pointerTo(pointer, word);
      if (lists.includes(word) && Array.isArray(value))
        return [word, value.map((one: unknown, index) => readableSchema(one, pointerTo(at, index)))];
      if (maps.includes(word) && isWords(value))
        return [
          word,
          Object.fromEntries(Object.entries(value).map(([key, one]) => [key, readableSchema(one, pointerTo(at, key))])),
        ];
      return [word, singles.includes(word) ? readableSchema(value, at) : value];
    }),
  );
}
