import { Ajv } from 'ajv';
import { expect } from 'chai';
import fc from 'fast-check';
import { accepts } from '../../lib/asyncapi/accepts.js';
import { createSchemas } from '../../lib/asyncapi/createSchemas.js';
import { sampleValue } from '../../lib/asyncapi/sampleValue.js';
import { compiledCodec } from '../support/compiledCodec.js';

const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
const keys = ['a', 'b', 'c-d', 'kind'];
const count = fc.integer({ min: 0, max: 3 });
const scalar = fc.oneof(
  fc.constantFrom('x', 'y', '', 'né', '😀'),
  fc.integer({ min: -3, max: 3 }),
  fc.boolean(),
  fc.constant(null),
);

const { schema } = fc.letrec<{ schema: object; leaf: object }>((tie) => ({
  leaf: fc.oneof(
    fc.constant({}),
    fc.record({ const: scalar }),
    fc.record({ enum: fc.uniqueArray(scalar, { minLength: 1, maxLength: 3 }) }),
    fc.record({ type: fc.constantFrom('string', 'number', 'integer', 'boolean', 'null') }),
    fc.record(
      {
        type: fc.constant('string'),
        minLength: count,
        maxLength: fc.integer({ min: 2, max: 4 }),
        pattern: fc.constantFrom('^x', '[0-9]', '\\u00e9'),
      },
      { requiredKeys: ['type'] },
    ),
    fc.record(
      {
        type: fc.constantFrom('number', 'integer'),
        minimum: fc.integer({ min: -3, max: 0 }),
        maximum: fc.integer({ min: 0, max: 3 }),
        exclusiveMinimum: fc.integer({ min: -3, max: 0 }),
        exclusiveMaximum: fc.integer({ min: 1, max: 3 }),
        multipleOf: fc.constantFrom(0.5, 2, 3),
      },
      { requiredKeys: ['type'] },
    ),
    fc.constant({ $ref: '#/components/schemas/Tree' }),
  ),
  schema: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'schema' },
    tie('leaf'),
    fc.record(
      {
        type: fc.constant('array'),
        items: tie('schema'),
        minItems: count,
        maxItems: fc.integer({ min: 1, max: 4 }),
        uniqueItems: fc.boolean(),
      },
      { requiredKeys: ['type'] },
    ),
    fc.tuple(tie('schema'), tie('schema')).map((prefixItems) => ({ type: 'array', prefixItems, minItems: 2, maxItems: 2 })),
    fc
      .record(
        {
          type: fc.constant('object'),
          properties: fc.dictionary(fc.constantFrom(...keys), tie('schema')),
          required: fc.uniqueArray(fc.constantFrom(...keys), { maxLength: 2 }),
          additionalProperties: fc.oneof(fc.boolean(), tie('schema')),
          minProperties: fc.integer({ min: 0, max: 1 }),
          maxProperties: fc.integer({ min: 1, max: 3 }),
        },
        { requiredKeys: ['type'] },
      )
      .map((object) =>
        object.additionalProperties === false
          ? { ...object, required: object.required?.filter((key) => key in (object.properties ?? {})) ?? [] }
          : object,
      ),
    fc.record({ anyOf: fc.array(tie('schema'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ oneOf: fc.array(tie('schema'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ allOf: fc.array(tie('schema'), { minLength: 1, maxLength: 3 }) }),
  ),
}));

const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    scalar,
    fc.constantFrom<unknown>(0.5, 1e21, 'x1', 'xxxxx', 'leaf'),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...keys, 'tree', 'z'), tie('value'), { maxKeys: 4 }),
  ),
}));

const Tree = {
  type: 'object',
  required: ['a'],
  properties: { a: { type: 'string' }, tree: { type: 'array', items: { $ref: '#/components/schemas/Tree' } } },
};

describe('emitCodec', () => {
  it(`takes what ajv takes, and refuses what ajv refuses: 600 random schemas with 12 values each (seed ${seed})`, function () {
    this.timeout(180_000);
    let [taken, refused] = [0, 0];
    fc.assert(
      fc.property(schema, fc.array(value, { minLength: 10, maxLength: 10 }), (Root, values) => {
        const schemas = { Root, Tree };
        const ajv = new Ajv({ strict: false, allErrors: false });
        // Of 2020, where ajv's default is draft 7, only prefixItems is used.
        const draft7 = JSON.parse(JSON.stringify(schemas).replaceAll('"prefixItems"', '"items"')) as object;
        const validate = ajv.compile({ $ref: '#/components/schemas/Root', components: { schemas: draft7 } });
        const codec = compiledCodec(schemas);
        const reader = createSchemas({ value: { components: { schemas } }, pointer: '#' });
        const shape = reader.read({ value: { $ref: '#/components/schemas/Root' }, pointer: '#/use' });
        const sample = sampleValue(shape, reader.behind);
        for (const one of [...values, ...(sample === undefined ? [] : [sample, [sample]])]) {
          const right = validate(one);
          if (right) taken++;
          else refused++;
          const context = `${JSON.stringify(Root)} of ${JSON.stringify(one)}`;
          expect(codec.is(one), `is: ${context}`).to.equal(right);
          const decoded = codec.decode(one);
          expect(decoded._tag === 'Right', `decode: ${context}`).to.equal(right);
          if (decoded._tag === 'Right') expect(decoded.right, context).to.deep.equal(one);
          expect(accepts(shape, one, reader.behind), `accepts: ${context}`).to.equal(right);
        }
        if (sample !== undefined)
          expect(validate(sample), `sample ${JSON.stringify(sample)} of ${JSON.stringify(Root)}`).to.equal(true);
      }),
      { seed, numRuns: 600 },
    );
    // Neither side is empty: else nothing was compared.
    expect(Math.min(taken, refused)).to.be.above(500);
  });

  it('refuses numbers that JSON has no name for', () => {
    const codec = compiledCodec({ Root: { type: 'number' } });
    expect(codec.is(JSON.parse('1e999'))).to.equal(false);
    expect(codec.is(-0.5)).to.equal(true);
  });

  it('knows required properties of any value by their presence', () => {
    const codec = compiledCodec({ Root: { type: 'object', required: ['a'] } });
    expect(codec.decode({})._tag).to.equal('Left');
    expect(codec.decode({ a: null })._tag).to.equal('Right');
  });

  it('says which property of a further object is wrong', () => {
    const codec = compiledCodec({
      Root: { type: 'object', properties: { a: { type: 'object', properties: { b: { type: 'string' } } } } },
    });
    const decoded = codec.decode({ a: { b: 1 } });
    expect(decoded._tag === 'Left' && decoded.left[0]?.context.map(({ key }) => key)).to.deep.equal(['', 'a', 'b']);
  });
});
