import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'chai';
import fc from 'fast-check';
import * as t from 'io-ts';
import { DateFromISOString } from '../../lib/io-ts/dates.js';
import { exactRecord } from '../../lib/io-ts/exactRecord.js';
import { id, UUID } from '../../lib/io-ts/id.js';
import { intInRange } from '../../lib/io-ts/intInRange.js';
import { isInstant, ISODate, ISOInstant } from '../../lib/io-ts/isoInstant.js';
import { nonEmptyArray, NonEmptyString } from '../../lib/io-ts/nonEmpty.js';
import type { JsonSchemaTarget } from '../../lib/io-ts/standardCodec.js';
import { withJsonSchema } from '../../lib/io-ts/withJsonSchema.js';
import { writeJsonSchema } from '../../lib/io-ts/writeJsonSchema.js';
import { ioTsModels } from '../support/ioTsModels.js';

const seed = 20_261_130;
const targets: readonly JsonSchemaTarget[] = ['draft-2020-12', 'draft-07', 'openapi-3.0'];

const ajvFor = (target: JsonSchemaTarget): Ajv => {
  const ajv = new (target === 'draft-2020-12' ? Ajv2020 : Ajv)({ strict: false });
  ajv.addFormat('date-time', isInstant);
  ajv.addFormat('date', (text: string) => ISODate.is(text));
  return ajv;
};
const validators = new Map(targets.map((target) => [target, ajvFor(target)]));
const validatorOf = (type: t.Any, side: 'input' | 'output', target: JsonSchemaTarget) => {
  const schema = writeJsonSchema(type, side, target);
  return { schema, validate: validators.get(target)!.compile(schema) };
};

const json = (value: unknown): unknown => {
  try {
    const text = JSON.stringify(value) as string | undefined;
    return text === undefined ? null : (JSON.parse(text) as unknown);
  } catch {
    return null;
  }
};

const leaf = (type: t.Any, valid: fc.Arbitrary<unknown> = fc.jsonValue({ maxDepth: 1 })) => ({ type, valid });
const tree: t.Type<any> = t.recursion('Tree', () => t.type({ item: t.string, next: t.union([tree, t.null]) }));
/** A type for each tag that JSON can tell of, and values near to what it takes. */
const rows: Readonly<Record<string, { readonly type: t.Any; readonly valid: fc.Arbitrary<unknown> }>> = {
  StringType: leaf(t.string),
  NumberType: leaf(t.number),
  BooleanType: leaf(t.boolean),
  NullType: leaf(t.null),
  UndefinedType: leaf(t.undefined),
  VoidType: leaf(t.void),
  NeverType: leaf(t.never as unknown as t.Any),
  AnyType: leaf(t.any),
  UnknownType: leaf(t.unknown),
  AnyArrayType: leaf(t.UnknownArray),
  AnyDictionaryType: leaf(t.UnknownRecord),
  ObjectType: leaf(new t.ObjectType()),
  LiteralType: leaf(t.literal('x'), fc.constantFrom('x', 'y', 1)),
  'LiteralType of a number': leaf(t.literal(7), fc.constantFrom(7, 8, '7')),
  KeyofType: leaf(t.keyof({ x: null, y: null }), fc.constantFrom('x', 'y', 'z', 1)),
  'KeyofType without keys': leaf(t.keyof({}) as unknown as t.Any),
  InterfaceType: leaf(
    t.type({ a: t.string, b: t.number }),
    fc.record({ a: fc.string(), b: fc.jsonValue() }, { requiredKeys: [] }),
  ),
  PartialType: leaf(
    t.partial({ a: t.string }),
    fc.record({ a: fc.jsonValue({ maxDepth: 0 }), c: fc.nat() }, { requiredKeys: [] }),
  ),
  ExactType: leaf(t.strict({ a: t.string }), fc.record({ a: fc.jsonValue({ maxDepth: 0 }), c: fc.nat() }, { requiredKeys: [] })),
  ArrayType: leaf(t.array(t.number), fc.array(fc.jsonValue({ maxDepth: 0 }))),
  ReadonlyArrayType: leaf(t.readonlyArray(t.string), fc.array(fc.jsonValue({ maxDepth: 0 }))),
  ReadonlyType: leaf(t.readonly(t.type({ a: t.string })), fc.record({ a: fc.jsonValue({ maxDepth: 0 }) })),
  TupleType: leaf(
    t.tuple([t.string, t.number]),
    fc.oneof(fc.tuple(fc.string(), fc.nat()), fc.array(fc.oneof(fc.string(), fc.nat()))),
  ),
  DictionaryType: leaf(t.record(t.string, t.number), fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 0 }))),
  'DictionaryType by pattern': leaf(t.record(NonEmptyString, t.number), fc.dictionary(fc.string(), fc.constantFrom(1, 'x'))),
  'DictionaryType by keys': leaf(
    t.record(t.keyof({ a: null }), t.number),
    fc.dictionary(fc.constantFrom('a', 'b'), fc.constantFrom(1, 'x')),
  ),
  'DictionaryType of any': leaf(t.record(t.string, t.any)),
  UnionType: leaf(t.union([t.string, t.null, t.type({ a: t.number })]), fc.oneof(fc.jsonValue(), fc.record({ a: fc.nat() }))),
  'UnionType of literals': leaf(t.union([t.literal('x'), t.literal('y')]), fc.constantFrom('x', 'y', 'z')),
  'UnionType by tag': leaf(
    t.union([t.type({ k: t.literal('a'), n: t.number }), t.type({ k: t.literal('b') })]),
    fc.record({ k: fc.constantFrom('a', 'b', 'c'), n: fc.constantFrom(1, 'x') }, { requiredKeys: ['k'] }),
  ),
  IntersectionType: leaf(
    t.intersection([t.type({ a: t.string }), t.partial({ b: t.number })]),
    fc.record({ a: fc.string(), b: fc.constantFrom(1, 'x') }, { requiredKeys: [] }),
  ),
  'RefinementType Int': leaf(t.Int, fc.oneof(fc.double({ noNaN: true }), fc.integer())),
  RecursiveType: leaf(
    tree,
    fc.constantFrom({ item: 'a', next: { item: 'b', next: null } }, { item: 'a', next: {} }, { item: 1 }),
  ),
  ISOInstant: leaf(ISOInstant, fc.constantFrom('2026-11-30T14:45:00Z', '2026-02-30T00:00:00Z', 'x', 1)),
  ISODate: leaf(ISODate, fc.constantFrom('2026-11-30', '2026-02-30', 'x')),
  NonEmptyString: leaf(NonEmptyString, fc.constantFrom('', 'x', 1)),
  UUID: leaf(UUID, fc.oneof(fc.uuid(), fc.string())),
  id: leaf(id('OrderId'), fc.constantFrom('', 'x', 1)),
  intInRange: leaf(intInRange(1, 5), fc.oneof(fc.integer({ min: -1, max: 7 }), fc.double({ min: 0, max: 6, noNaN: true }))),
  nonEmptyArray: leaf(nonEmptyArray(t.number), fc.array(fc.constantFrom(1, 'x'), { maxLength: 2 })),
  exactRecord: leaf(exactRecord({ a: t.string }, { b: t.number }), fc.record({ a: fc.string(), b: fc.constantFrom(1, 'x') })),
};
/** What openapi-3.0 cannot say. */
const closed = ['TupleType', 'RecursiveType', 'DictionaryType by pattern'];

describe(`writeJsonSchema (seed ${seed})`, () => {
  for (const [name, { type, valid }] of Object.entries(rows))
    it(`has of ${name} schemas by which ajv says what decode and is say`, () => {
      for (const target of targets) {
        if (target === 'openapi-3.0' && closed.includes(name)) {
          expect(() => writeJsonSchema(type, 'input', target)).to.throw(TypeError, 'openapi-3.0');
          continue;
        }
        const input = validatorOf(type, 'input', target).validate;
        const output = validatorOf(type, 'output', target).validate;
        fc.assert(
          fc.property(fc.oneof(valid, fc.jsonValue({ maxDepth: 2 })), (given) => {
            const value = json(given);
            expect(input(value), `${target} ${JSON.stringify(value)}`).to.equal(type.decode(value)._tag === 'Right');
            expect(output(value), `${target} ${JSON.stringify(value)}`).to.equal(type.is(value));
          }),
          { seed, numRuns: 25 },
        );
      }
    });

  it('agrees with decode on random types inside one another, or says where it cannot', () => {
    let [written, refused] = [0, 0];
    fc.assert(
      fc.property(
        ioTsModels.chain(({ type, valid }) => fc.record({ type: fc.constant(type), values: fc.array(valid, { maxLength: 4 }) })),
        ({ type, values }) => {
          let input: (value: unknown) => unknown;
          try {
            input = validatorOf(type, 'input', 'draft-2020-12').validate;
          } catch (error) {
            expect(String(error)).to.match(/^TypeError: toStandard: .+: /);
            refused++;
            return;
          }
          written++;
          for (const value of values.map(json).filter((each) => !JSON.stringify(each).includes('"__proto__"')))
            expect(input(value), `${type.name} ${JSON.stringify(value)}`).to.equal(type.decode(value)._tag === 'Right');
        },
      ),
      { seed, numRuns: 100 },
    );
    expect(Math.min(written, refused)).to.be.above(15);
  });

  it('says where in a type there is no schema, and why', () => {
    const positive = t.refinement(t.number, (value) => value > 0, 'Positive');
    const odd = t.type(Object.fromEntries([['__proto__', t.string]]));
    const refusals: readonly (readonly [t.Any, string])[] = [
      [t.type({ lines: t.array(t.type({ price: positive })) }), 'lines[].price: what the refinement Positive means is not known'],
      [t.type({ big: t.bigint }), 'big: JSON has no bigint'],
      [t.tuple([t.string, t.Function]), '[1]: JSON has no function'],
      [t.record(t.string, positive), '{}: what the refinement'],
      [t.record(t.union([t.string, t.literal('a')]), t.string), '{key}: what it takes cannot be said of keys'],
      [t.string.pipe(t.string), '$: pipe(string, string) has a validate of its own'],
      [odd, '__proto__: validators'],
      [t.partial({ toString: t.string }), 'toString: every object inherits'],
    ];
    for (const [type, message] of refusals)
      expect(() => writeJsonSchema(type, 'input', 'draft-07'), message).to.throw(TypeError, `toStandard: ${message}`);
    expect(() => writeJsonSchema(t.type({ at: DateFromISOString }), 'output', 'draft-07')).to.throw(
      TypeError,
      'at: what DateFromISOString',
    );
  });

  it('says of a field that may be undefined that it need not be there', () => {
    const type = t.type({ a: t.union([t.string, t.undefined]), b: t.unknown, c: t.string });
    for (const side of ['input', 'output'] as const)
      expect(writeJsonSchema(type, side, 'draft-2020-12')).to.deep.equal({
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        type: 'object',
        properties: { a: { type: 'string' }, b: {}, c: { type: 'string' } },
        required: ['c'],
      });
  });

  it('takes a schema that it was told at its word', () => {
    const told = withJsonSchema(t.string.pipe(t.string), { type: 'string', maxLength: 3 });
    expect(writeJsonSchema(t.array(told), 'input', 'openapi-3.0')).to.deep.equal({
      type: 'array',
      items: { type: 'string', maxLength: 3 },
    });
  });
});
