import { expect } from 'chai';
import { createSchemas } from '../../../lib/asyncapi/createSchemas.js';
import { writeShape } from '../../../lib/asyncapi/export/writeShape.js';

const again = (schema: unknown): unknown => {
  const root = { value: schema, pointer: '#' };
  return writeShape(createSchemas(root).read(root));
};

describe('writeShape', () => {
  it('writes what the reader read', () => {
    for (const schema of [
      {},
      false,
      { type: 'null' },
      { type: 'boolean' },
      { type: 'string', const: 'x' },
      { type: 'number', enum: [1, 2] },
      { type: 'string', minLength: 1, maxLength: 3, pattern: '^x', format: 'uuid', examples: ['x'] },
      { type: 'integer', minimum: 0, exclusiveMaximum: 9, multipleOf: 3 },
      { type: 'array', items: { type: 'string' }, minItems: 1, uniqueItems: true },
      { type: 'array', items: [{}, false], minItems: 2, maxItems: 2 },
      {
        type: 'object',
        properties: { a: { description: 'What a is', type: 'string' } },
        required: ['a'],
        additionalProperties: { type: 'number' },
        minProperties: 1,
        maxProperties: 3,
      },
      { type: 'object', additionalProperties: false },
      {
        anyOf: [
          { type: 'string', const: '1' },
          { type: 'number', const: 1 },
        ],
      },
      { anyOf: [{ type: 'string' }, { type: 'null' }] },
      { allOf: [{ type: 'string' }, { anyOf: [{ type: 'string' }, { type: 'null' }] }] },
      { oneOf: [{ type: 'string' }, { type: 'null' }] },
    ])
      expect(again(schema)).to.deep.equal(schema);
  });

  it('leads names to the components', () => {
    expect(writeShape({ kind: 'named', name: 'Tree' })).to.deep.equal({ $ref: '#/components/schemas/Tree' });
    const described = { name: 'a', required: false, shape: { kind: 'named', name: 'Tree' }, description: 'd' } as const;
    expect(writeShape({ kind: 'object', properties: [described], rest: true })).to.deep.equal({
      type: 'object',
      properties: { a: { $ref: '#/components/schemas/Tree' } },
    });
  });
});
