import fc from 'fast-check';

const keys = ['a', 'b', 'c-d', 'kind'];
const count = fc.integer({ min: 0, max: 2 });
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
    fc.uniqueArray(fc.constantFrom('string', 'integer', 'boolean', 'null'), { minLength: 1 }).map((type) => ({ type })),
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
        exclusiveMinimum: fc.integer({ min: -3, max: -1 }),
        exclusiveMaximum: fc.integer({ min: 1, max: 3 }),
        multipleOf: fc.constantFrom(0.5, 2, 3),
      },
      { requiredKeys: ['type'] },
    ),
    fc.constant({ $ref: '#/definitions/Tree' }),
  ),
  schema: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'schema' },
    tie('leaf'),
    fc.record(
      {
        type: fc.constant('array'),
        items: tie('schema'),
        minItems: count,
        maxItems: fc.integer({ min: 2, max: 4 }),
        uniqueItems: fc.boolean(),
      },
      { requiredKeys: ['type'] },
    ),
    fc.tuple(tie('schema'), tie('schema')).map((items) => ({ type: 'array', items, minItems: 2, maxItems: 2 })),
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

/** What schemas of {@link anySchema} refer to: it leads back to itself. */
export const Tree = {
  type: 'object',
  required: ['a'],
  properties: { a: { type: 'string' }, tree: { type: 'array', items: { $ref: '#/definitions/Tree' } } },
};

/** A random JSON Schema of draft 7, of what `readSchema` reads. */
export const anySchema = schema;

/** A random value of JSON, of the kind that those schemas speak of. */
export const anyValue = value.map((one) => JSON.parse(JSON.stringify(one)) as unknown);
