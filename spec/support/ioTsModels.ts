import fc from 'fast-check';
import * as t from 'io-ts';
import { fieldNames, fieldsFrom, twisted } from './twisted.js';

/** A type of io-ts, and values that it is likely to take. */
export interface IoTsModel {
  readonly type: t.Any;
  readonly valid: fc.Arbitrary<unknown>;
}

type Models = fc.Arbitrary<IoTsModel>;

const trimmed = new t.Type<string, string, unknown>(
  'Trimmed',
  (value): value is string => typeof value === 'string',
  (value, context) => (typeof value === 'string' ? t.success(value.trim()) : t.failure(value, context)),
  String,
);
const toNumber = new t.Type<number, string, unknown>(
  'ToNumber',
  (value): value is number => typeof value === 'number',
  (value, context) => {
    const number = typeof value === 'string' && value !== '' ? Number(value) : NaN;
    return Number.isNaN(number) ? t.failure(value, context) : t.success(number);
  },
  String,
);
const orZero = new t.Type<number, number, unknown>(
  'OrZero',
  (value): value is number => typeof value === 'number',
  (value) => t.success(typeof value === 'number' ? value : 0),
  t.identity,
);
const orNull = new t.Type<unknown, unknown, unknown>(
  'OrNull',
  t.unknown.is,
  (value) => t.success(Number.isNaN(value) ? null : value),
  t.identity,
);
/** As `withMessage` of io-ts-types does it: the tag of a copy says nothing of its `validate`. */
const replaced = (type: t.Any, validate: t.Any['validate']): t.Any => {
  const copy = Object.assign(Object.create(Object.getPrototypeOf(type) as object), type, { validate }) as t.Any;
  copy.decode = (value: unknown) => validate(value, [{ key: '', type: copy, actual: value }]);
  return copy;
};

export const leafModels: readonly IoTsModel[] = [
  { type: t.string, valid: fc.string() },
  { type: t.number, valid: fc.oneof(fc.double(), fc.constantFrom(NaN, 0, -0, Infinity)) },
  { type: t.boolean, valid: fc.boolean() },
  { type: t.bigint, valid: fc.bigInt() },
  { type: t.null, valid: fc.constant(null) },
  { type: t.undefined, valid: fc.constant(undefined) },
  { type: t.void, valid: fc.constant(undefined) },
  { type: t.unknown, valid: fc.anything() },
  { type: t.any, valid: fc.anything() },
  { type: t.never as unknown as t.Any, valid: fc.constant(undefined) },
  { type: t.Function, valid: fc.constant(String) },
  { type: t.UnknownArray, valid: fc.array(fc.anything()) },
  { type: t.UnknownRecord, valid: fc.object() },
  { type: new t.ObjectType(), valid: fc.oneof(fc.object(), fc.array(fc.string())) },
  ...['x', '', "'\n`${1}", 0, -0, 7, NaN, true].map((value) => ({
    type: t.literal(value),
    valid: value === 0 ? fc.constantFrom(0, -0) : fc.constant(value),
  })),
  { type: t.keyof({ x: null, y: null, toString: null }), valid: fc.constantFrom('x', 'y', 'toString', 'z') },
  { type: t.keyof({}) as unknown as t.Any, valid: fc.constant('x') },
  { type: t.Int, valid: fc.oneof(fc.integer(), fc.constantFrom(-0, NaN, 1.5, Infinity)) },
  { type: t.union([t.literal('x'), t.literal('y'), t.Int, t.null]), valid: fc.constantFrom('x', 'y', 1, null, 'z', NaN) },
  { type: trimmed, valid: fc.constantFrom('x', ' x', 'y ') },
  { type: toNumber, valid: fc.constantFrom('1', '2.5', 'x') },
  { type: orZero, valid: fc.constantFrom(1, undefined) },
  { type: orNull, valid: fc.constantFrom(1, NaN) },
  { type: t.string.pipe(toNumber as t.Type<number, string, string>), valid: fc.constantFrom('1', 'x') },
  { type: replaced(t.string, (value, context) => t.number.validate(value, context)), valid: fc.integer() },
  { type: replaced(t.type({ a: t.string }), (value) => t.success(value)), valid: fc.object() },
];

const valuesOf = (fields: readonly (readonly [string, IoTsModel])[], requiredKeys: string[]): fc.Arbitrary<unknown> =>
  fc
    .record(Object.fromEntries(fields.map(([key, { valid }]) => [`k${key}`, valid])), {
      requiredKeys: requiredKeys.map((key) => `k${key}`),
    })
    .map((value) => fieldsFrom(Object.entries(value).map(([key, field]) => [key.slice(1), field])));

const fieldsOf = (models: Models) =>
  fc.uniqueArray(fc.tuple(fc.constantFrom(...fieldNames), models), { selector: ([key]) => key, maxLength: 4 });

const typesOf = (models: Models): Models =>
  fieldsOf(models).map((fields) => ({
    type: t.type(fieldsFrom(fields.map(([key, { type }]) => [key, type]))),
    valid: valuesOf(
      fields,
      fields.map(([key]) => key),
    ),
  }));
const partialsOf = (models: Models): Models =>
  fieldsOf(models).map((fields) => ({
    type: t.partial(fieldsFrom(fields.map(([key, { type }]) => [key, type]))),
    valid: valuesOf(fields, []),
  }));

const both = (first: fc.Arbitrary<unknown>, second: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc
    .tuple(first, second)
    .map(([one, other]) =>
      [one, other].every((value) => typeof value === 'object' && value !== null)
        ? { ...(one as object), ...(other as object) }
        : one,
    );
const intersectionOf = (one: IoTsModel, other: IoTsModel): IoTsModel => ({
  type: t.intersection([one.type, other.type]),
  valid: both(one.valid, other.valid),
});

/** Required and optional fields, some of them perhaps twice. */
const fieldsTwiceOf = (models: Models): Models =>
  fc.tuple(fc.oneof(typesOf(models), partialsOf(models)), partialsOf(models)).map(([one, other]) => intersectionOf(one, other));

const exactsOf = (models: Models): Models =>
  fc
    .oneof(
      typesOf(models),
      partialsOf(models),
      fc.tuple(typesOf(models), partialsOf(models)).map(([one, other]) => intersectionOf(one, other)),
      typesOf(models).map(({ type, valid }) => ({ type: t.readonly(type), valid })),
      typesOf(models).map(({ type, valid }) => ({ type: t.refinement(type, () => true), valid })),
    )
    .map(({ type, valid }) => ({
      type: t.exact(type as t.HasProps),
      valid: fc.tuple(valid, fc.boolean()).map(([value, more]) => (more ? { ...(value as object), more: 1 } : value)),
    }));

const unionOf = (members: readonly IoTsModel[]): IoTsModel => {
  const valid = fc.oneof(...members.map((member) => member.valid));
  try {
    return { type: t.union(members.map(({ type }) => type) as unknown as [t.Any, t.Any]), valid };
  } catch {
    // io-ts cannot make a union of types with literals under names that objects inherit.
    return members[0]!;
  }
};

const taggedOf = (models: Models): Models =>
  fc.array(fc.tuple(models, fc.boolean()), { minLength: 2, maxLength: 3 }).map((members) => {
    const all = members.map(([{ type, valid }, exact], index) => {
      const inner = t.type({ kind: t.literal(index === 0 ? 'x' : index), body: type });
      return {
        type: exact ? t.exact(inner) : t.intersection([inner, t.partial({ note: t.string })]),
        valid: fc.record({ kind: fc.constantFrom('x', 1, 2), body: valid }),
      };
    });
    return unionOf(all);
  });

const domains: readonly t.Any[] = [
  t.string,
  t.any,
  trimmed,
  t.brand(t.string, (key): key is t.Branded<string, { readonly Short: symbol }> => key.length < 3, 'Short'),
  t.literal('a'),
  t.keyof({ a: null, b: null }),
  t.union([t.literal('a'), t.keyof({ b: null })]),
  t.union([t.literal('a'), t.string]),
];
const recordsOf = (models: Models): Models =>
  fc.tuple(models, fc.constantFrom(...domains)).map(([{ type, valid }, domain]) => ({
    type: t.record(domain, type),
    valid: fc
      .array(fc.tuple(fc.constantFrom(...fieldNames, ' c', 'a'), valid), { maxLength: 4 })
      .map((entries) => fieldsFrom(entries)),
  }));

const recursionsOf = (models: Models): Models =>
  models.map(({ type, valid }) => {
    interface Tree {
      readonly item: unknown;
      readonly next: Tree | null;
    }
    const tree: t.Type<Tree> = t.recursion('Tree', () => t.type({ item: type, next: t.union([tree, t.null]) }));
    const trees = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.record({ item: valid, next: fc.option(tie('tree'), { maxDepth: 2, depthIdentifier: 'tree' }) }),
    }));
    return { type: tree, valid: trees.tree };
  });

const positive = (value: unknown): boolean => String(value).length % 3 > 0;

/** Random types of io-ts, of every tag, inside one another. */
export const ioTsModels: Models = fc.letrec<{ any: IoTsModel; leaf: IoTsModel; tree: IoTsModel }>((tie) => {
  const inner = tie('any');
  const several = fc.array(inner, { minLength: 1, maxLength: 3 });
  return {
    leaf: fc.constantFrom(...leafModels),
    any: fc.oneof({ maxDepth: 3, depthIdentifier: 'type' }, tie('leaf'), tie('tree')),
    tree: fc.oneof(
      { depthIdentifier: 'type' },
      typesOf(inner),
      typesOf(inner),
      partialsOf(inner),
      exactsOf(inner),
      fieldsTwiceOf(inner),
      inner.map(({ type, valid }) => ({ type: t.array(type), valid: fc.array(valid, { maxLength: 3 }) })),
      inner.map(({ type, valid }) => ({ type: t.readonlyArray(type), valid: fc.array(valid, { maxLength: 3 }) })),
      inner.map(({ type, valid }) => ({ type: t.readonly(type), valid })),
      inner.map(({ type, valid }) => ({ type: t.refinement(type, positive), valid })),
      several.map((all) => ({
        type: t.tuple(all.map(({ type }) => type) as [t.Any]),
        valid: fc.tuple(...all.map(({ valid }) => valid)).chain((value) => fc.constantFrom(value, [...value, 1], value.slice(1))),
      })),
      several.map(unionOf),
      fc.tuple(inner, inner).map(([one, other]) => intersectionOf(one, other)),
      taggedOf(inner),
      recordsOf(inner),
      recursionsOf(inner),
    ),
  };
}).any;

/** A random type with some values, right and wrong ones. */
export const typesWithValues = (values: number): fc.Arbitrary<{ readonly type: t.Any; readonly values: readonly unknown[] }> =>
  ioTsModels.chain(({ type, valid }) =>
    fc.record({ type: fc.constant(type), values: fc.array(valid.chain(twisted), { minLength: 1, maxLength: values }) }),
  );

/** The same, with the keys of all plain objects in another order: `turns` says which, digit by digit. */
const inOtherOrder = (value: unknown, turns: number): unknown => {
  if (Array.isArray(value)) return value.map((item) => inOtherOrder(item, turns));
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  const entries = Object.entries(value);
  const others: [string, unknown][] = [];
  for (let left = turns; entries.length > 0; left = Math.floor(left / 8)) {
    const [[key, field]] = entries.splice(left % entries.length, 1) as [[string, unknown]];
    others.push([key, inOtherOrder(field, turns)]);
  }
  return fieldsFrom(others);
};

const objectTags: readonly unknown[] = ['InterfaceType', 'PartialType', 'ExactType', 'IntersectionType'];

/** A random type of objects with many values, whose keys come in ever other orders: so that what a decoder learns of one is used for others. */
export const objectTypesWithValues = (
  minLength: number,
  maxLength: number,
): fc.Arbitrary<{ readonly type: t.Any; readonly values: readonly unknown[] }> =>
  fc
    .oneof(
      ioTsModels.filter(({ type }) => objectTags.includes((type as { readonly _tag?: unknown })._tag)),
      fieldsTwiceOf(fc.constantFrom(...leafModels)),
    )
    .chain(({ type, valid }) => {
      const shuffled = fc.tuple(valid, fc.nat(8 ** 6 - 1)).map(([value, turns]) => inOtherOrder(value, turns));
      const value = fc.oneof({ weight: 3, arbitrary: shuffled }, { weight: 1, arbitrary: shuffled.chain(twisted) });
      return fc.record({ type: fc.constant(type), values: fc.array(value, { minLength, maxLength, size: 'max' }) });
    });
