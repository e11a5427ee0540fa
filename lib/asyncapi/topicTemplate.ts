import { AsyncApiError } from '../errors/asyncApiError.js';
import type { Schemas } from './createSchemas.js';
import { type DocumentNode, entriesOf, itemsOf, member, resolved, textOf } from './documentNode.js';
import { exampleOf } from './readScalar.js';
import type { PropertyShape, Shape } from './shape.js';

/** Whether every value of a shape can stand in the name of a topic. */
function canBeNamed(shape: Shape, schemas: Schemas): boolean {
  const behind = schemas.behind(shape);
  if (behind.kind === 'literal') return typeof behind.value === 'string' || typeof behind.value === 'number';
  if (behind.kind === 'union') return behind.members.every((one) => canBeNamed(one, schemas));
  return behind.kind === 'string' || behind.kind === 'number';
}

/** The template of a topic of FastWS: `bars:{symbol}:{resolution}`, of the required parameters in their order. */
export function templateOfParams(domain: string, params: Shape | undefined, schemas: Schemas): string {
  const shape = params && schemas.behind(params);
  const named = shape?.kind === 'object' ? shape.properties : [];
  const keys = named.filter(({ name, required, shape: one }) => required && /^\w+$/.test(name) && canBeNamed(one, schemas));
  return [domain, ...keys.map(({ name }) => `{${name}}`)].join(':');
}

const isText = (value: unknown): value is string => typeof value === 'string';

/** A parameter of version 3 says what it is itself; one of version 2 has a schema. */
function parameterShape(node: DocumentNode, schemas: Schemas): Shape {
  const schema = member(node, 'schema');
  if (schema.value !== undefined) return schemas.read(schema);
  const listed = itemsOf(member(node, 'enum')).map((one): Shape => ({ kind: 'literal', value: textOf(one) ?? '' }));
  const [only] = listed;
  if (only) return listed.length === 1 ? only : { kind: 'union', members: listed, exclusive: false };
  const example = exampleOf(node, isText);
  return { kind: 'string', ...(example !== undefined && { example }) };
}

/** The parameters of a channel's address, or `undefined` if it has none. Each that stands in the address has to be there. */
export function readParams(root: DocumentNode, template: string, given: DocumentNode, schemas: Schemas): Shape | undefined {
  const named = new Map(entriesOf(given).map(([name, node]) => [name, resolved(root, node)]));
  const keys = [...new Set(Array.from(template.matchAll(/\{([^{}]*)\}/g), ([, key = '']) => key))];
  const properties = keys.map((name): PropertyShape => {
    if (!/^\w+$/.test(name))
      throw new AsyncApiError(given.pointer, `"{${name}}" is no parameter: its name may have letters, digits and _`);
    const node = named.get(name);
    if (!node) return { name, required: true, shape: { kind: 'string' } };
    const shape = parameterShape(node, schemas);
    if (!canBeNamed(shape, schemas))
      throw new AsyncApiError(node.pointer, 'must be a string or a number: it stands in the name of a topic');
    const description = textOf(member(node, 'description'));
    return { name, required: true, shape, ...(description !== undefined && { description }) };
  });
  return keys.length === 0 ? undefined : { kind: 'object', properties, rest: true };
}
