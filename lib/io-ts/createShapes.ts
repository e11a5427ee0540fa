import * as t from 'io-ts';
import type { LeafTag, Props, Shape } from './shape.js';

/** Fields that types of io-ts have beside those of `Type`, by tag. */
interface Tagged extends t.Any {
  readonly _tag?: string;
  readonly value?: unknown;
  readonly keys: object;
  readonly props: Props;
  readonly type: Tagged;
  readonly types: readonly t.Any[];
  readonly tag?: string;
  readonly domain: t.Any;
  readonly codomain: t.Any;
  readonly predicate: (value: unknown) => boolean;
  readonly runDefinition: () => t.Any;
}

/** One of io-ts's own for each way that it has to validate: those that look at the value alone, and all others. */
const examples = (): readonly (readonly unknown[])[] => {
  const inner = t.type({ tag: t.literal('a') });
  return [
    [
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- What is deprecated is still in use.
      ...[t.UnknownArray, t.UnknownRecord, t.any, t.bigint, t.boolean, t.Function, t.never, t.null, t.number, new t.ObjectType()],
      ...[t.string, t.undefined, t.unknown, t.void],
    ],
    [
      ...[t.literal(''), t.keyof({}), inner, t.partial({}), t.exact(inner)],
      ...[t.array(t.string), t.readonlyArray(t.string), t.tuple([t.string]), t.intersection([inner, inner])],
      ...[t.record(t.string, t.string), t.record(t.literal('a'), t.string)],
      ...[t.union([t.string, t.null]), t.union([inner, t.type({ tag: t.literal('b') })])],
      ...[t.refinement(t.string, () => true), t.recursion<string>('', () => t.string)],
    ],
  ];
};

const text = (code: unknown): string => Function.prototype.toString.call(code);
/** Leaves read `is` from themselves, so it counts. Others have it for checks alone. */
const mark = ({ _tag, validate, is }: Tagged, leaf: boolean): string => `${_tag}\n${text(validate)}\n${leaf ? text(is) : ''}`;

/** The keys of a record whose domain lists them. */
function keysOf(domain: Tagged): readonly string[] | undefined {
  if (domain._tag === 'LiteralType') return typeof domain.value === 'string' ? [domain.value] : undefined;
  if (domain._tag === 'KeyofType') return Object.keys(domain.keys);
  if (domain._tag !== 'UnionType') return undefined;
  const all = domain.types.map((type) => keysOf(type as Tagged));
  return all.includes(undefined) ? undefined : [...new Set(all.flatMap((keys) => keys ?? []))];
}

/** The fields that `exact` keeps; `undefined` if it finds none. */
function propsOf(type: Tagged): object | undefined {
  switch (type._tag) {
    case 'RefinementType':
    case 'ReadonlyType':
      return propsOf(type.type);
    case 'InterfaceType':
    case 'StrictType':
    case 'PartialType':
      return type.props;
    case 'IntersectionType': {
      const all: object = {};
      for (const member of type.types) Object.assign(all, propsOf(member as Tagged));
      return all;
    }
    default:
      return undefined;
  }
}

/**
 * Tells what types of io-ts do. A tag alone proves nothing: `withMessage` of io-ts-types, for one, copies a type and gives it a `validate`
 * of its own. So a type counts as io-ts's own only where the source text of its `validate` is that of one that io-ts has made.
 */
export function createShapes(): (type: t.Any) => Shape {
  const marks = new Set<string>();
  for (const [index, all] of examples().entries())
    for (const example of all as readonly Tagged[]) marks.add(mark(example, index === 0));
  const enumerable = text(t.record(t.literal('a'), t.string).validate);
  const own: Shape = { form: 'own' };

  const tagsOf = (type: t.Any, tag: string): unknown[] | undefined => {
    const shape = shapeOf(type);
    switch (shape.form) {
      case 'type': {
        const { [tag]: prop } = shape.props;
        const found = prop && Object.hasOwn(shape.props, tag) ? shapeOf(prop) : own;
        return found.form === 'literal' ? [found.value] : undefined;
      }
      case 'exact':
      case 'refinement':
      case 'readonly':
        return tagsOf(shape.inner, tag);
      case 'intersection':
        return shape.members.map((member) => tagsOf(member, tag)).find((tags) => tags !== undefined);
      case 'union': {
        const all = shape.members.map((member) => tagsOf(member, tag));
        return all.includes(undefined) ? undefined : all.flatMap((tags) => tags ?? []);
      }
      default:
        return undefined;
    }
  };

  const unionOf = ({ types, tag }: Tagged): Shape => {
    const tags = tag === undefined ? [] : types.map((member) => tagsOf(member, tag));
    const known = tags.filter((values) => values !== undefined);
    // Without knowing the tags, each member may be tried: no other one takes a value with its tag.
    return tag === undefined || known.length < types.length
      ? { form: 'union', members: types }
      : { form: 'union', members: types, tag, tags: known };
  };

  const recordOf = (type: Tagged): Shape => {
    const keys = text(type.validate) === enumerable ? keysOf(type.domain as Tagged) : [];
    if (!keys) return own;
    if (text(type.validate) !== enumerable) return { form: 'record', domain: type.domain, codomain: type.codomain };
    const props: Record<string, t.Any> = {};
    for (const key of keys) props[key] = type.codomain;
    return { form: 'exact', props, inner: t.type(props) };
  };

  const shapeOf = (codec: t.Any): Shape => {
    const type = codec as Tagged;
    const tag = type._tag ?? '';
    // It has the validate of what it makes read-only.
    if (tag === 'ReadonlyType' && type.validate === type.type.validate) return { form: 'readonly', inner: type.type };
    if (!marks.has(mark(type, false)) && !marks.has(mark(type, true))) return own;
    switch (tag) {
      case 'LiteralType':
        return { form: 'literal', value: type.value };
      case 'KeyofType':
        return { form: 'keyof', keys: type.keys };
      case 'InterfaceType':
        return { form: 'type', props: type.props };
      case 'PartialType':
        return { form: 'partial', props: type.props };
      case 'ExactType': {
        const props = propsOf(type.type);
        return props ? { form: 'exact', props, inner: type.type } : own;
      }
      case 'ArrayType':
      case 'ReadonlyArrayType':
        return { form: 'array', item: type.type };
      case 'TupleType':
        return { form: 'tuple', items: type.types };
      case 'DictionaryType':
        return recordOf(type);
      case 'UnionType':
        return unionOf(type);
      case 'IntersectionType':
        return type.types.length > 0 ? { form: 'intersection', members: type.types } : own;
      case 'RefinementType':
        return { form: 'refinement', inner: type.type, predicate: type.predicate };
      case 'RecursiveType':
        return { form: 'recursion', name: type.name, definition: type.runDefinition };
      default:
        // All others that io-ts has.
        return { form: 'leaf', tag: tag as LeafTag };
    }
  };
  return shapeOf;
}
