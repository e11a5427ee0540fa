import { pointerTo } from '../documentNode.js';
import type { ObjectShape, Shape, UnionShape } from '../shape.js';

/** A JSON Schema, as it is written. */
export type WrittenSchema = Readonly<Record<string, unknown>> | boolean;

const defined = (words: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(words).filter(([, value]) => value !== undefined));

const examples = (example: unknown): { readonly examples?: readonly unknown[] } =>
  example === undefined ? {} : { examples: [example] };

const typeOf = (value: string | number | boolean | null): string => (value === null ? 'null' : typeof value);

/** A schema and what it is. Nothing may stand beside a reference. */
export const describedSchema = (schema: WrittenSchema, description: unknown): WrittenSchema =>
  typeof description === 'string' && typeof schema === 'object' && !('$ref' in schema) ? { description, ...schema } : schema;

function writeObject({ properties, rest, minProperties, maxProperties, example }: ObjectShape): WrittenSchema {
  const required = properties.filter((property) => property.required).map(({ name }) => name);
  const fields = properties.map(({ name, shape, description }): [string, WrittenSchema] => [
    name,
    describedSchema(writeShape(shape), description),
  ]);
  return defined({
    type: 'object',
    properties: fields.length > 0 ? Object.fromEntries(fields) : undefined,
    required: required.length > 0 ? required : undefined,
    additionalProperties: rest === true ? undefined : typeof rest === 'object' ? writeShape(rest) : false,
    minProperties,
    maxProperties,
    ...examples(example),
  });
}

/** Constants of one type in a row are one list. */
function writeUnion({ members, exclusive }: UnionShape): WrittenSchema {
  if (exclusive) return { oneOf: members.map(writeShape) };
  const groups: Shape[][] = [];
  for (const one of members) {
    const last = groups.at(-1);
    const [first] = last ?? [];
    if (last && first?.kind === 'literal' && one.kind === 'literal' && typeof first.value === typeof one.value) last.push(one);
    else groups.push([one]);
  }
  const schemas = groups.map((group): WrittenSchema => {
    const [first] = group as [Shape];
    if (group.length === 1) return writeShape(first);
    const values = group.map((one) => (one.kind === 'literal' ? one.value : null));
    return { type: typeOf(values[0] ?? null), enum: values };
  });
  const [only] = schemas;
  return only !== undefined && schemas.length === 1 ? only : { anyOf: schemas };
}

/** The JSON Schema (draft 7) of a shape: what `readSchema` makes that shape of. Names lead to `#/components/schemas`. */
export function writeShape(shape: Shape): WrittenSchema {
  switch (shape.kind) {
    case 'unknown':
    case 'absent':
      return {};
    case 'nothing':
      return false;
    case 'null':
    case 'boolean':
      return { type: shape.kind };
    case 'literal':
      return { type: typeOf(shape.value), const: shape.value };
    case 'string': {
      const { kind: type, example, ...words } = shape;
      return { type, ...words, ...examples(example) };
    }
    case 'number': {
      const { kind, integer, example, ...words } = shape;
      return { type: integer ? 'integer' : kind, ...words, ...examples(example) };
    }
    case 'object':
      return writeObject(shape);
    case 'array': {
      const { kind: type, items, ...words } = shape;
      return { type, ...(items.kind !== 'unknown' && { items: writeShape(items) }), ...words };
    }
    case 'tuple': {
      const { length } = shape.items;
      return { type: 'array', items: shape.items.map(writeShape), minItems: length, maxItems: length };
    }
    case 'union':
      return writeUnion(shape);
    case 'intersection':
      return { allOf: shape.members.map(writeShape) };
    case 'named':
      return { $ref: pointerTo('#/components/schemas', shape.name) };
  }
}
