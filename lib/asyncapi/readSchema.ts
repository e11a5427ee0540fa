import { AsyncApiError } from '../errors/asyncApiError.js';
import { type DocumentNode, fieldsOf, itemsOf, member } from './documentNode.js';
import { readKeywords, refuseCrossed, refuseRounded, refuseUnknown } from './readKeywords.js';
import { readObject } from './readObject.js';
import { isScalar, readNumber, readString } from './readScalar.js';
import type { ArrayShape, Shape, UnionShape } from './shape.js';

/** How schemas are read. */
export interface SchemaOptions {
  /** Formats that are taken for a remark, though nobody checks them. */
  readonly formats?: readonly string[] | undefined;
}

/** Reads the schema of a member; follows references. `assumed` is the type of what stands in place, if it says none. */
export type ReadMember = (node: DocumentNode, assumed?: string) => Shape;

const simple: Readonly<Record<string, Shape>> = { null: { kind: 'null' }, boolean: { kind: 'boolean' } };

const union = (members: readonly Shape[], exclusive = false): Shape => {
  const [only] = members;
  return only && members.length === 1 ? only : { kind: 'union', members, exclusive };
};

const intersection = (members: readonly Shape[]): Shape => {
  const telling = members.filter(({ kind }) => kind !== 'unknown');
  const [only] = telling;
  if (!only) return { kind: 'unknown' };
  return telling.length === 1 ? only : { kind: 'intersection', members: telling };
};

const literals = (values: readonly DocumentNode[], at: DocumentNode): Shape => {
  if (values.length === 0) throw new AsyncApiError(at.pointer, 'nothing fits an empty list');
  return union(
    values.map((node) => {
      const { value, pointer } = node;
      refuseRounded(node);
      if (!isScalar(value)) throw new AsyncApiError(pointer, 'only strings, numbers, booleans and null are read as constants');
      return value === null ? { kind: 'null' } : { kind: 'literal', value };
    }),
  );
};

function readArray(node: DocumentNode, read: ReadMember): Shape {
  const { minItems, maxItems, uniqueItems } = readKeywords(node, {
    minItems: 'count',
    maxItems: 'count',
    uniqueItems: 'boolean',
  });
  refuseCrossed(node, 'minItems', 'maxItems');
  const items = member(node, 'items');
  const prefix = Array.isArray(items.value) ? items : member(node, 'prefixItems');
  if (prefix.value !== undefined) {
    const all = itemsOf(prefix);
    if (all.length > 5) throw new AsyncApiError(prefix.pointer, 'io-ts has tuples of five items at most');
    const fixed = minItems === all.length && maxItems === all.length && all.length > 0;
    if (!fixed || uniqueItems)
      throw new AsyncApiError(
        prefix.pointer,
        `a list of schemas is read with minItems and maxItems of its length (${all.length}) only`,
      );
    return { kind: 'tuple', items: all.map((one) => read(one)) };
  }
  return {
    kind: 'array',
    items: items.value === undefined ? { kind: 'unknown' } : read(items),
    ...(minItems !== undefined && { minItems }),
    ...(maxItems !== undefined && { maxItems }),
    ...(uniqueItems && { uniqueItems: true as const }),
  } satisfies ArrayShape;
}

const needsType = [
  'properties',
  'required',
  'additionalProperties',
  'minProperties',
  'maxProperties',
  'items',
  'prefixItems',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minLength',
  'maxLength',
  'pattern',
  'format',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
];

/** What `type` and the words that belong to it say; `undefined` where there is no `type`. */
function ofType(node: DocumentNode, read: ReadMember, options: SchemaOptions, assumed: string | undefined): Shape | undefined {
  const at = member(node, 'type');
  const lost = needsType.find((word) => Object.hasOwn(fieldsOf(node), word));
  // Whoever else says that it is an object says all that there is to say.
  const given = at.value ?? (lost && assumed);
  if (given === undefined) {
    if (lost)
      throw new AsyncApiError(node.pointer, `"${lost}" has no say without a "type": values of other types would pass. Add it`);
    return undefined;
  }
  const types = Array.isArray(given) ? (given as readonly unknown[]) : [given];
  if (types.length === 0) throw new AsyncApiError(at.pointer, 'nothing fits an empty list');
  const shapes = types.map((type): Shape => {
    if (type === 'object') return readObject(node, read);
    if (type === 'array') return readArray(node, read);
    if (type === 'string') return readString(node, options);
    if (type === 'number' || type === 'integer') return readNumber(node, type === 'integer');
    const known = typeof type === 'string' && Object.hasOwn(simple, type) ? simple[type] : undefined;
    if (known) return known;
    throw new AsyncApiError(at.pointer, `${JSON.stringify(type)} is no type of JSON Schema`);
  });
  if (readKeywords(node, { nullable: 'boolean' }).nullable) shapes.push({ kind: 'null' });
  return union(shapes);
}

/** Each of a chain goes through those that follow: more would take minutes. */
const mostTogether = 1_000;

/** Schemas that hold together with one: those of its `allOf`, and theirs. Each once. */
function togetherWith(node: DocumentNode, follow: (node: DocumentNode) => DocumentNode): readonly DocumentNode[] {
  const found = new Map<string, DocumentNode>();
  const open = [node];
  // A chain of references may be longer than a stack.
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    const target = follow(one);
    if (found.has(target.pointer)) continue;
    if (found.size === mostTogether)
      throw new AsyncApiError(node.pointer, `leads to more than ${mostTogether} schemas by "allOf"`);
    found.set(target.pointer, target);
    open.push(...itemsOf(member(target, 'allOf')));
  }
  return [...found.values()];
}

/** Whether a schema asks for `key`, and allows constants for it. */
const hasConstants = (nodes: readonly DocumentNode[], key: string): boolean =>
  nodes.some((node) => itemsOf(member(node, 'required')).some(({ value }) => value === key)) &&
  nodes.some((node) =>
    ['const', 'enum'].some((word) => member(member(member(node, 'properties'), key), word).value !== undefined),
  );

function readAlternatives(
  node: DocumentNode,
  word: 'oneOf' | 'anyOf',
  read: ReadMember,
  follow: (node: DocumentNode) => DocumentNode,
): Shape {
  const at = member(node, word);
  const all = itemsOf(at);
  if (all.length === 0) throw new AsyncApiError(at.pointer, 'nothing fits an empty list');
  const discriminator = member(node, 'discriminator');
  const named = typeof discriminator.value === 'string' ? discriminator : member(discriminator, 'propertyName');
  if (discriminator.value !== undefined && typeof named.value !== 'string')
    throw new AsyncApiError(discriminator.pointer, 'must be the name of a property, or an object with "propertyName"');
  const key = named.value;
  if (typeof key === 'string')
    for (const one of all)
      if (!hasConstants(togetherWith(one, follow), key))
        throw new AsyncApiError(one.pointer, `has no required "${key}" with "const" or "enum", which the discriminator needs`);
  const members = all.map((one) => read(one));
  if (members.length === 1) return union(members);
  return { kind: 'union', members, exclusive: word === 'oneOf' } satisfies UnionShape;
}

/** Whether one of several schemas that hold together says that it is an object: then all of them speak of objects. */
const saysObject = (node: DocumentNode, follow: (node: DocumentNode) => DocumentNode): boolean =>
  togetherWith(node, follow).some((one) => member(one, 'type').value === 'object');

/**
 * What a schema says. Words that are remarks are passed over; one that says something, and that nobody here understands, is an AsyncApiError
 * with its pointer: a codec would take more than it allows.
 */
export function readSchema(
  node: DocumentNode,
  read: ReadMember,
  options: SchemaOptions = {},
  follow: (node: DocumentNode) => DocumentNode = (one) => one,
  assumed?: string,
): Shape {
  if (node.value === true) return { kind: 'unknown' };
  if (node.value === false) return { kind: 'nothing' };
  fieldsOf(node);
  refuseUnknown(node);
  const parts: Shape[] = [];
  const constant = member(node, 'const');
  const listed = member(node, 'enum');
  if (constant.value !== undefined) parts.push(literals([constant], constant));
  if (listed.value !== undefined) parts.push(literals(itemsOf(listed), listed));
  const all = itemsOf(member(node, 'allOf'));
  const object = assumed ?? (all.length > 0 && saysObject(node, follow) ? 'object' : undefined);
  const typed = ofType(node, read, options, object);
  const [only] = parts;
  // A constant that its type allows needs no type beside it.
  if (typed && !(parts.length === 1 && isConstant(only) && fits(only, typed))) parts.push(typed);
  for (const word of ['anyOf', 'oneOf'] as const)
    if (member(node, word).value !== undefined) parts.push(readAlternatives(node, word, read, follow));
  for (const one of all) parts.push(read(one, object));
  return intersection(parts);
}

const isConstant = (shape: Shape | undefined): shape is Shape =>
  shape?.kind === 'literal' || shape?.kind === 'null' || (shape?.kind === 'union' && shape.members.every(isConstant));

/** Whether a plain type, one without further conditions, takes every constant. */
function fits(constant: Shape, type: Shape | undefined): boolean {
  if (!type) return false;
  if (constant.kind === 'union') return constant.members.every((one) => fits(one, type));
  if (type.kind === 'union') return type.members.some((one) => fits(constant, one));
  if (constant.kind === 'null' || constant.kind !== 'literal') return constant.kind === type.kind;
  const plain = Object.keys(type).every((key) => ['kind', 'integer', 'example'].includes(key));
  const integral = type.kind === 'number' && type.integer ? Number.isInteger(constant.value) : true;
  return plain && integral && typeof constant.value === type.kind;
}
