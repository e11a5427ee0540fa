import * as t from 'io-ts';
import { createShapes } from './createShapes.js';
import { jsonSchemasOf } from './jsonSchemas.js';
import type { Props, Shape } from './shape.js';
import type { JsonSchemaTarget } from './standardCodec.js';
import { definitionsFor } from './definitionsFor.js';

type Schema = Record<string, unknown>;

/** Where one is in a type, for what cannot be said: `lines[].price`. */
type Place = string;

const none = (): Schema => ({ not: {} });
const isNone = (schema: Schema): boolean => 'not' in schema;
const says = (schema: Schema): boolean => Object.keys(schema).length > 0;
const inherited = {} as Record<string, unknown>;

const together = (all: readonly Schema[]): Schema => {
  const [first = {}, ...rest] = all.filter(says);
  return rest.length > 0 ? { allOf: [first, ...rest] } : first;
};

/** The one or the other; constants of one type become an `enum`. */
function either(all: readonly Schema[]): Schema {
  const possible = all.filter((schema) => !isNone(schema));
  const [first, ...rest] = possible;
  if (!first) return none();
  if (rest.length === 0) return first;
  const constant = ({ type, const: value }: Schema): boolean => value !== undefined && type === first.type;
  return possible.every(constant) ? { type: first.type, enum: possible.map((schema) => schema.const) } : { anyOf: possible };
}

/** The keys of a record by the schema of its domain; `undefined` where that cannot be said of keys. */
function keyPattern({ type, pattern, minLength, ...rest }: Schema): string | undefined {
  if (says(rest) || (type !== undefined && type !== 'string') || (pattern !== undefined && minLength !== undefined))
    return undefined;
  return typeof pattern === 'string' ? pattern : typeof minLength === 'number' ? `^[\\s\\S]{${minLength}}` : '';
}

/**
 * The JSON Schema of the JSON values that a type takes (`input`), or that are JSON of what it gives (`output`). Throws a TypeError with the
 * place in the type where that cannot be said.
 */
export function writeJsonSchema(codec: t.Any, side: 'input' | 'output', target: JsonSchemaTarget): Schema {
  const shapeOf = createShapes();
  const open = target === 'openapi-3.0';
  const definitions = definitionsFor(target);

  const refuse = (at: Place, why: string): never => {
    throw new TypeError(`toStandard: ${at || '$'}: ${why}`);
  };

  const leaf = (tag: (Shape & { form: 'leaf' })['tag'], at: Place): Schema => {
    switch (tag) {
      case 'StringType':
        return { type: 'string' };
      case 'NumberType':
        return { type: 'number' };
      case 'BooleanType':
        return { type: 'boolean' };
      case 'NullType':
        return open ? { type: 'string', nullable: true, enum: [null] } : { type: 'null' };
      case 'AnyArrayType':
        return open ? { type: 'array', items: {} } : { type: 'array' };
      case 'AnyDictionaryType':
        return { type: 'object' };
      case 'ObjectType':
        return { anyOf: [{ type: 'object' }, leaf('AnyArrayType', at)] };
      case 'AnyType':
      case 'UnknownType':
        return {};
      case 'BigIntType':
      case 'FunctionType':
        return refuse(at, `JSON has no ${tag === 'BigIntType' ? 'bigint' : 'function'}`);
      default:
        return none();
    }
  };

  const literal = (value: unknown): Schema => {
    if (value === null) return leaf('NullType', '');
    if (value === undefined || (typeof value === 'number' && !Number.isFinite(value))) return none();
    return open ? { type: typeof value, enum: [value] } : { type: typeof value, const: value };
  };

  const fields = (props: Props, partial: boolean, at: Place): Schema => {
    const properties: Schema = {};
    const required: string[] = [];
    for (const [key, type] of Object.entries(props)) {
      const place = at ? `${at}.${key}` : key;
      if (key === '__proto__') refuse(place, 'validators of JSON Schema pass over a field of that name');
      properties[key] = write(type, place);
      // A field that is not there is read as `undefined`, or as what objects inherit under that name.
      const absent = inherited[key];
      const free = type.decode(absent)._tag === 'Right' || (partial && absent === undefined);
      if (!free && partial) refuse(place, 'every object inherits something under that name, which is not of the type');
      if (!free) required.push(key);
    }
    return { type: 'object', ...(says(properties) && { properties }), ...(required.length > 0 && { required }) };
  };

  const tuple = (items: readonly t.Any[], at: Place): Schema => {
    if (open) return refuse(at, 'openapi-3.0 has no tuples');
    const schemas = items.map((item, index) => write(item, `${at}[${index}]`));
    const needed = 1 + items.findLastIndex((item) => item.decode(undefined)._tag === 'Left');
    return {
      type: 'array',
      ...(schemas.length > 0 && { [target === 'draft-07' ? 'items' : 'prefixItems']: schemas }),
      // What is more is cut off.
      ...(side === 'output' ? { minItems: items.length, maxItems: items.length } : needed > 0 && { minItems: needed }),
    };
  };

  const record = (domain: t.Any, codomain: t.Any, at: Place): Schema => {
    const shape = shapeOf(codomain);
    if (shape.form === 'leaf' && shape.tag === 'AnyType') return leaf('ObjectType', at);
    const pattern = keyPattern(write(domain, `${at}{key}`)) ?? refuse(`${at}{key}`, 'what it takes cannot be said of keys');
    const schema = write(codomain, `${at}{}`);
    if (pattern === '') return { type: 'object', additionalProperties: schema };
    if (open) return refuse(`${at}{key}`, 'openapi-3.0 has no patterns of keys');
    return { type: 'object', patternProperties: { [pattern]: schema } };
  };

  const refinement = (shape: Shape & { form: 'refinement' }, name: string, at: Place): Schema => {
    if (shape.predicate !== t.Int.predicate && shape.predicate !== t.Integer.predicate)
      return refuse(at, `what the refinement ${name} means is not known: withJsonSchema tells`);
    const inner = write(shape.inner, at);
    return inner.type === 'number' ? { ...inner, type: 'integer' } : together([inner, { type: 'integer' }]);
  };

  const described = (type: t.Any, at: Place): Schema | undefined => {
    const given = jsonSchemasOf(type);
    if (!given) return undefined;
    const schema = given[side] ?? refuse(at, `what ${type.name} gives has no form in JSON`);
    if (!given.refines) return { ...schema };
    const shape = shapeOf(type);
    return { ...(shape.form === 'refinement' && write(shape.inner, at)), ...schema };
  };

  const write = (type: t.Any, at: Place): Schema => {
    const given = described(type, at);
    if (given) return given;
    const shape = shapeOf(type);
    switch (shape.form) {
      case 'leaf':
        return leaf(shape.tag, at);
      case 'literal':
        return literal(shape.value);
      case 'keyof': {
        const keys = Object.getOwnPropertyNames(shape.keys);
        return keys.length > 0 ? { type: 'string', enum: keys } : none();
      }
      case 'type':
      case 'partial':
        return fields(shape.props, shape.form === 'partial', at);
      case 'exact':
      case 'readonly':
        return write(shape.inner, at);
      case 'array':
        return { type: 'array', items: write(shape.item, `${at}[]`) };
      case 'tuple':
        return tuple(shape.items, at);
      case 'record':
        return record(shape.domain, shape.codomain, at);
      case 'union':
        return either(shape.members.map((member) => write(member, at)));
      case 'intersection':
        return together(shape.members.map((member) => write(member, at)));
      case 'refinement':
        return refinement(shape, type.name, at);
      case 'recursion':
        if (open) return refuse(at, 'openapi-3.0 has no place for the definition of a recursive type');
        return definitions.refer(shape.definition(), shape.name, (inner) => write(inner, at));
      case 'own':
        return refuse(at, `${type.name} has a validate of its own: withJsonSchema tells what it takes`);
    }
  };
  return definitions.around(write(codec, ''));
}
