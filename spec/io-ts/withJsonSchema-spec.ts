import { expect } from 'chai';
import * as t from 'io-ts';
import { compileDecoder } from '../../lib/io-ts/compileDecoder.js';
import { toStandard } from '../../lib/io-ts/toStandard.js';
import { withJsonSchema } from '../../lib/io-ts/withJsonSchema.js';

const target = 'draft-07';

describe('withJsonSchema', () => {
  const positive = t.refinement(t.number, (value) => value > 0, 'Positive');

  it('tells toStandard, through compileDecoder too, and changes nothing else', () => {
    const Price = withJsonSchema(positive, { type: 'number', exclusiveMinimum: 0 });
    for (const type of [Price, compileDecoder(Price)])
      expect(toStandard(t.type({ a: type }))['~standard'].jsonSchema.output({ target })).to.have.deep.nested.property(
        'properties.a',
        {
          type: 'number',
          exclusiveMinimum: 0,
        },
      );
    expect([Price.decode(1)._tag, Price.decode(0)._tag, Price.name]).to.deep.equal(['Right', 'Left', 'Positive']);
  });

  it('may have one schema for what is taken, and another or none for what is given', () => {
    const { jsonSchema } = toStandard(withJsonSchema(positive, { input: { type: 'number' }, output: { type: 'string' } }))[
      '~standard'
    ];
    expect([jsonSchema.input({ target }).type, jsonSchema.output({ target }).type]).to.deep.equal(['number', 'string']);
    const taken = toStandard(withJsonSchema(positive, { input: {} }))['~standard'].jsonSchema;
    expect(() => taken.output({ target })).to.throw(TypeError, 'toStandard: $: what Positive gives has no form in JSON');
  });

  it('throws a TypeError for what is no type or no schema', () => {
    expect(() => withJsonSchema({} as t.Any, {})).to.throw(TypeError, 'withJsonSchema: codec must be a type of io-ts');
    expect(() => withJsonSchema(positive, 1 as never)).to.throw(TypeError, 'withJsonSchema: schema must be an object');
  });
});
