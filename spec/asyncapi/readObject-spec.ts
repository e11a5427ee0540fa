import { expect } from 'chai';
import { readObject } from '../../lib/asyncapi/readObject.js';
import type { Shape } from '../../lib/asyncapi/shape.js';

const read = (schema: object) =>
  readObject(
    { value: schema, pointer: '#' },
    ({ value }): Shape => ({ kind: value === false ? 'nothing' : value === true ? 'unknown' : 'null' }),
  );

describe('readObject', () => {
  it('reads properties in their order, then those that are only required', () => {
    const { properties } = read({ properties: { b: { description: 'what' }, a: {} }, required: ['c', 'a'] });
    expect(properties).to.deep.equal([
      { name: 'b', required: false, shape: { kind: 'null' }, description: 'what' },
      { name: 'a', required: true, shape: { kind: 'null' } },
      { name: 'c', required: true, shape: { kind: 'unknown' } },
    ]);
  });

  it('reads what further properties have to be', () => {
    expect(
      [{}, { additionalProperties: true }, { additionalProperties: false }, { additionalProperties: {} }].map(
        (schema) => read(schema).rest,
      ),
    ).to.deep.equal([...[true, true, false, { kind: 'null' }]]);
    expect(read({ additionalProperties: {}, required: ['a'] }).properties).to.deep.equal([
      { name: 'a', required: true, shape: { kind: 'null' } },
    ]);
  });

  it('reads counts, and an example that is an object', () => {
    expect(read({ minProperties: 1, maxProperties: 2, examples: [7, { a: 1 }] })).to.deep.include({
      minProperties: 1,
      maxProperties: 2,
      example: { a: 1 },
    });
  });

  it('refuses what cannot be, and names that every object has', () => {
    expect(() => read({ required: ['a'], additionalProperties: false })).to.throw(
      '#/required: "a" is required, but no property may have that name',
    );
    expect(() => read({ properties: { a: false } })).to.throw('#/properties/a: "false" for a property is not supported');
    expect(() => read({ properties: { toString: {} } })).to.throw(
      '#/properties/toString: a property cannot have the name "toString"',
    );
    expect(() => read({ required: ['valueOf'] })).to.throw('#/required/0: a property cannot have the name "valueOf"');
  });
});
