import { expect } from 'chai';
import { sampleValue } from '../../lib/asyncapi/sampleValue.js';
import { shapesOf } from '../support/shapesOf.js';

const sample = (schema: unknown, schemas: Readonly<Record<string, unknown>> = {}): unknown => {
  const { shape, behind } = shapesOf(schema, schemas);
  return sampleValue(shape, behind);
};

describe('sampleValue', () => {
  it('is what the schema gives, where that fits: examples, then example, then default', () => {
    expect(sample({ type: 'string', examples: ['a'], example: 'b', default: 'c' })).to.equal('a');
    expect(sample({ type: 'integer', default: 5 })).to.equal(5);
    expect(sample({ type: 'string', maxLength: 1, examples: ['too long'] })).to.equal(undefined);
  });

  it('is the plainest value that fits else', () => {
    expect(sample({ type: 'string', minLength: 6 })).to.equal('text..');
    expect(sample({ type: 'string', format: 'date' })).to.equal('2026-01-31');
    expect(sample({ type: 'number', exclusiveMinimum: 10, exclusiveMaximum: 10.5 })).to.be.within(10.0001, 10.4999);
    expect(sample({ type: 'integer', multipleOf: 4, minimum: 9 })).to.equal(12);
    expect(sample({ type: 'array', items: { type: 'integer' }, minItems: 2, uniqueItems: true })).to.deep.equal([1, 2]);
    expect(sample({ type: 'object', required: ['a'], properties: { a: { const: 1 } } })).to.deep.equal({ a: 1 });
    expect(sample({ type: 'object', minProperties: 1, additionalProperties: { type: 'boolean' } })).to.deep.equal({ key1: true });
    expect(sample({ oneOf: [{ type: 'string' }, { const: 'text' }, { type: 'null' }] })).to.equal(null);
  });

  it('is unknown where nothing is known to fit', () => {
    expect(sample({ type: 'string', pattern: '^[A-Z]{2}$' })).to.equal(undefined);
    expect(sample(false)).to.equal(undefined);
    expect(sample({ type: 'object', required: ['a'], properties: { a: { type: 'string', pattern: '^z' } } })).to.equal(undefined);
  });

  it('is unknown where it would be as long as a book', () => {
    const name = (n: number) => ({ $ref: `#/components/schemas/S${n}` });
    const two = (n: number) => ({ type: 'object', required: ['a', 'b'], properties: { a: name(n), b: name(n) } });
    const all = (levels: number) =>
      Object.fromEntries(Array.from({ length: levels }, (_, n) => [`S${n}`, n < levels - 1 ? two(n + 1) : { type: 'null' }]));
    expect(sample(name(0), all(3))).to.deep.equal({ a: { a: null, b: null }, b: { a: null, b: null } });
    expect(sample(name(0), all(30))).to.equal(undefined);
  });

  it('ends for recursive schemas, and is the same every time', () => {
    const Tree = {
      type: 'object',
      required: ['name'],
      properties: { name: { const: 'n' }, trees: { type: 'array', items: { $ref: '#/components/schemas/Tree' } } },
    };
    const first = sample({ $ref: '#/components/schemas/Tree' }, { Tree });
    expect(first).to.have.property('name', 'n');
    expect(sample({ $ref: '#/components/schemas/Tree' }, { Tree })).to.deep.equal(first);
    const Endless = { type: 'object', required: ['next'], properties: { next: { $ref: '#/components/schemas/Endless' } } };
    expect(sample({ $ref: '#/components/schemas/Endless' }, { Endless })).to.equal(undefined);
  });
});
