import { expect } from 'chai';
import { accepts } from '../../lib/asyncapi/accepts.js';
import { shapesOf } from '../support/shapesOf.js';

/** Schemas with values that they take, and others that they do not. */
const rows: readonly (readonly [schema: object | boolean, taken: readonly unknown[], refused: readonly unknown[]])[] = [
  [true, [null, 1, {}], []],
  [false, [], [null, 1, {}]],
  [{ type: 'null' }, [null], [undefined, 0]],
  [{ type: 'boolean' }, [true, false], ['true', 0]],
  [{ enum: ['a', 1, null] }, ['a', 1, null], ['b', true]],
  [{ type: 'string', minLength: 2, maxLength: 2 }, ['ab', '😀😀'], ['a', 'abc', '😀']],
  [{ type: 'string', pattern: '^x' }, ['xy'], ['yx', 7]],
  [{ type: 'string', format: 'date' }, ['2026-01-31'], ['2026-02-30']],
  [{ type: 'integer', minimum: 1, exclusiveMaximum: 3 }, [1, 2], [0, 3, 1.5, '1', Infinity]],
  [{ type: 'number', multipleOf: 0.25, maximum: 1 }, [0.5, -1], [0.3, 1.25]],
  [{ type: 'array', items: { type: 'string' }, minItems: 1, uniqueItems: true }, [['a'], ['a', 'b']], [[], ['a', 'a'], [1], {}]],
  [
    { type: 'array', uniqueItems: true },
    [[{ a: 1, b: 2 }, { a: 1 }]],
    [
      [
        { a: 1, b: 2 },
        { b: 2, a: 1 },
      ],
    ],
  ],
  [{ type: 'array', prefixItems: [{ type: 'string' }, {}], minItems: 2, maxItems: 2 }, [['a', 1]], [['a'], [1, 1], ['a', 1, 1]]],
  [{ type: 'object', required: ['a'], properties: { a: { type: 'string' } } }, [{ a: 'x', b: 1 }], [{}, { a: 1 }, null, []]],
  [{ type: 'object', properties: { a: {} }, additionalProperties: false }, [{ a: 1 }, {}], [{ b: 1 }]],
  [{ type: 'object', additionalProperties: { type: 'number' }, maxProperties: 1 }, [{}, { a: 1 }], [{ a: 'x' }, { a: 1, b: 2 }]],
  [{ anyOf: [{ type: 'string' }, { const: 'a' }] }, ['a', 'b'], [1]],
  [{ oneOf: [{ type: 'string' }, { const: 'a' }] }, ['b'], ['a', 1]],
  [{ allOf: [{ type: 'object', required: ['a'] }, { required: ['b'] }] }, [{ a: 1, b: 1 }], [{ a: 1 }, { b: 1 }]],
];

describe('accepts', () => {
  for (const [schema, taken, refused] of rows)
    it(JSON.stringify(schema), () => {
      const { shape, behind } = shapesOf(schema);
      for (const value of taken) expect(accepts(shape, value, behind), `takes ${JSON.stringify(value)}`).to.equal(true);
      for (const value of refused) expect(accepts(shape, value, behind), `refuses ${JSON.stringify(value)}`).to.equal(false);
    });

  it('goes through names, recursive ones too', () => {
    const Tree = { type: 'object', required: ['leaf'], properties: { leaf: {}, tree: { $ref: '#/components/schemas/Tree' } } };
    const { shape, behind } = shapesOf({ $ref: '#/components/schemas/Tree' }, { Tree });
    expect(accepts(shape, { leaf: 1, tree: { leaf: 2 } }, behind)).to.equal(true);
    expect(accepts(shape, { leaf: 1, tree: { leaf: 2, tree: {} } }, behind)).to.equal(false);
  });
});
