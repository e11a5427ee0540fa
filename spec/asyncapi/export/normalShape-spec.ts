import { expect } from 'chai';
import { createSchemas } from '../../../lib/asyncapi/createSchemas.js';
import { normalShape } from '../../../lib/asyncapi/export/normalShape.js';
import { writeShape } from '../../../lib/asyncapi/export/writeShape.js';

const normal = (schema: object): unknown => {
  const schemas = createSchemas({ value: schema, pointer: '#' });
  const shape = schemas.read({ value: schema, pointer: '#' });
  const names = {
    behind: (one: typeof shape) => schemas.behind(one),
    inline: (name: string) => schemas.behind({ kind: 'named', name }),
  };
  return writeShape(normalShape(shape, names));
};

const text = { type: 'string' };
const object = (properties: object, more: object = {}) => ({ type: 'object', properties, ...more });

describe('normalShape', () => {
  it('makes one object of those that hold together, what is required first', () => {
    expect(
      normal({
        allOf: [
          object({ b: text }),
          object({ a: { type: 'integer' } }, { required: ['a'], minProperties: 0 }),
          object({ a: {}, b: {} }, { additionalProperties: false }),
        ],
      }),
    ).to.deep.equal(object({ a: { type: 'integer' }, b: text }, { required: ['a'], additionalProperties: false }));
    expect(normal({ allOf: [object({ a: text }, { required: ['a'] }), object({}, { additionalProperties: false })] })).to.equal(
      false,
    );
    const counted = (minProperties: number, maxProperties: number) => ({ type: 'object', minProperties, maxProperties });
    expect(normal({ allOf: [counted(1, 3), counted(2, 4), { type: 'object', minProperties: 1 }] })).to.deep.equal(counted(2, 3));
    const said = object({ a: { ...text, description: 'What a is' } });
    expect(normal({ allOf: [object({ a: text }), said] })).to.deep.equal({
      type: 'object',
      properties: { a: { ...text, description: 'What a is' } },
    });
    const apart = { allOf: [object({ a: text }), { type: 'object', additionalProperties: { type: 'number' } }] };
    expect(normal(apart)).to.deep.equal(
      object({ a: { allOf: [text, { type: 'number' }] } }, { additionalProperties: { type: 'number' } }),
    );
  });

  it('flattens alternatives, each once, constants of a type together', () => {
    expect(normal({ anyOf: [{ const: 'a' }, { type: 'null' }, { anyOf: [{ const: 'b' }, { const: 'a' }] }] })).to.deep.equal({
      anyOf: [{ type: 'string', enum: ['a', 'b'] }, { type: 'null' }],
    });
    expect(normal({ oneOf: [text, { type: 'null' }] })).to.deep.equal({ anyOf: [text, { type: 'null' }] });
  });

  it('lets alternatives exclude each other that a constant tells apart, and those that may overlap only where that was said', () => {
    const tagged = (kind: string) => object({ kind: { type: 'string', const: kind } }, { required: ['kind'] });
    expect(normal({ anyOf: [tagged('a'), tagged('b')] })).to.deep.equal({ oneOf: [tagged('a'), tagged('b')] });
    const free = [object({ a: text }), object({ b: text })];
    expect(normal({ anyOf: free })).to.deep.equal({ anyOf: free });
    expect(normal({ oneOf: free })).to.deep.equal({ oneOf: free });
    expect(normal({ anyOf: [{ oneOf: free }, { type: 'null' }] })).to.deep.equal({ anyOf: [{ oneOf: free }, { type: 'null' }] });
  });

  it('says nothing with zeros, and puts what is behind a name in its place', () => {
    expect(
      normal({
        type: 'array',
        minItems: 0,
        items: { allOf: [{ $ref: '#/definitions/T' }, { $ref: '#/definitions/T' }] },
        definitions: { T: { ...text, minLength: 0 } },
      }),
    ).to.deep.equal({ type: 'array', items: text });
  });
});
