import { expect } from 'chai';
import { readableSchema } from '../../../lib/asyncapi/export/readableSchema.js';

describe('readableSchema', () => {
  it('says in other words what other libraries say', () => {
    const rows: readonly (readonly [given: unknown, expected: unknown])[] = [
      [{ not: {} }, false],
      [
        { type: 'array', items: { not: {} } },
        { type: 'array', items: false },
      ],
      [
        { type: 'object', propertyNames: { type: 'string' }, additionalProperties: {} },
        { type: 'object', additionalProperties: {} },
      ],
      [
        {
          type: 'object',
          propertyNames: { type: 'string', enum: ['a'] },
          additionalProperties: { type: 'null' },
          required: ['a'],
        },
        { type: 'object', required: ['a'], properties: { a: { type: 'null' } }, additionalProperties: false },
      ],
      [
        { type: 'array', items: [{}, {}], additionalItems: false, minItems: 2, maxItems: 2 },
        { type: 'array', items: [{}, {}], minItems: 2, maxItems: 2 },
      ],
      [
        { type: 'array', items: [{}, {}], additionalItems: false, minItems: 2 },
        { type: 'array', items: [{}, {}], minItems: 2, maxItems: 2 },
      ],
      [
        {
          format: 'uuid',
          anyOf: [
            { type: 'string', format: 'uuid' },
            { const: 'x', format: 'uuid' },
          ],
        },
        { anyOf: [{ type: 'string', format: 'uuid' }, { const: 'x' }] },
      ],
      [
        {
          allOf: [
            { type: 'array', minItems: 1, maxItems: 1 },
            { type: 'array', items: [{ not: {} }] },
          ],
        },
        { type: 'array', items: [false], minItems: 1, maxItems: 1 },
      ],
      [{ properties: { a: { anyOf: [{}, {}], 'x-exclusive': true } } }, { properties: { a: { oneOf: [{}, {}] } } }],
    ];
    for (const [given, expected] of rows) expect(readableSchema(given)).to.deep.equal(expected);
  });

  it('leaves alone what it does not know, and values that look like words', () => {
    for (const schema of [
      { not: { type: 'string' } },
      { type: 'object', propertyNames: { pattern: '^a' } },
      { format: 'uuid', anyOf: [{ type: 'string', format: 'uuid' }, { type: 'string' }] },
      { type: 'array', items: [{}], minItems: 1 },
      { const: { not: {} } },
      { properties: { not: {}, propertyNames: { type: 'string' } } },
    ])
      expect(readableSchema(schema)).to.deep.equal(schema);
  });

  it('refuses what only a generated codec knows, with the place', () => {
    expect(() => readableSchema({ properties: { a: { 'x-further': true } } })).to.throw(
      '#/properties/a: what its further properties are',
    );
    for (const schema of [
      { 'x-exclusive': true, enum: ['a'] },
      { 'x-exclusive': false, anyOf: [{}] },
    ])
      expect(() => readableSchema({ items: schema })).to.throw('#/items: which of its alternatives exclude each other');
  });
});
