import { AsyncApiError } from '../errors/asyncApiError.js';
import { type DocumentNode, entriesOf, itemsOf, member, pointerTo, textOf } from './documentNode.js';
import { readKeywords, refuseCrossed } from './readKeywords.js';
import type { ReadMember } from './readSchema.js';
import { exampleOf } from './readScalar.js';
import type { ObjectShape, PropertyShape, Shape } from './shape.js';

const isRecord = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Names that every object has from its prototype: whether one was sent could not be told. */
const inherited = (name: string): boolean => name in Object.prototype;

function readProperty(name: string, node: DocumentNode, required: boolean, read: ReadMember): PropertyShape {
  if (inherited(name)) throw new AsyncApiError(node.pointer, `a property cannot have the name "${name}", which every object has`);
  const shape = read(node);
  if (shape.kind === 'nothing') throw new AsyncApiError(node.pointer, '"false" for a property is not supported');
  const description = typeof node.value === 'object' ? textOf(member(node, 'description')) : undefined;
  return { name, required, shape, ...(description !== undefined && { description }) };
}

function readRest(node: DocumentNode, read: ReadMember): boolean | Shape {
  const at = member(node, 'additionalProperties');
  if (at.value === undefined) return true;
  const shape = read(at);
  return shape.kind === 'nothing' ? false : shape.kind === 'unknown' || shape;
}

/** A schema of `type: object`. */
export function readObject(node: DocumentNode, read: ReadMember): ObjectShape {
  const counts = readKeywords(node, { minProperties: 'count', maxProperties: 'count' });
  refuseCrossed(node, 'minProperties', 'maxProperties');
  const at = member(node, 'required');
  const required = new Set(
    itemsOf(at).map((one) => {
      const name = textOf(one) ?? '';
      if (inherited(name))
        throw new AsyncApiError(one.pointer, `a property cannot have the name "${name}", which every object has`);
      return name;
    }),
  );
  const properties = entriesOf(member(node, 'properties')).map(([name, property]) =>
    readProperty(name, property, required.has(name), read),
  );
  const rest = readRest(node, read);
  const named = new Set(properties.map(({ name }) => name));
  for (const name of required) {
    if (named.has(name)) continue;
    if (rest === false)
      throw new AsyncApiError(pointerTo(node.pointer, 'required'), `"${name}" is required, but no property may have that name`);
    properties.push({ name, required: true, shape: rest === true ? { kind: 'unknown' } : rest });
  }
  const example = exampleOf(node, isRecord);
  return { kind: 'object', properties, rest, ...counts, ...(example && { example }) };
}
