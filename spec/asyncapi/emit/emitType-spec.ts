import { expect } from 'chai';
import { commentText, docstring, emitDeclaration, emitType } from '../../../lib/asyncapi/emit/emitType.js';
import { shapesOf } from '../../support/shapesOf.js';

const type = (schema: unknown): string => emitType(shapesOf(schema).shape, (name) => name);

describe('emitType', () => {
  it('writes the type of each schema', () => {
    for (const [schema, text] of [
      [true, 'unknown'],
      [false, 'never'],
      [{ type: 'integer' }, 'number'],
      [{ enum: ['a', 1, null] }, "'a' | 1 | null"],
      [{ type: 'array', items: { type: ['string', 'null'] } }, 'readonly (string | null)[]'],
      [{ type: 'array', prefixItems: [{ type: 'string' }, {}], minItems: 2, maxItems: 2 }, '[string, unknown]'],
      [{ anyOf: [{ type: 'number' }, { type: 'integer' }] }, 'number'],
      [{ type: 'object' }, '{ readonly [key: string]: unknown }'],
      [{ type: 'object', additionalProperties: { type: 'number' } }, '{\n  readonly [key: string]: number;\n}'],
      [
        { type: 'object', required: ['a'], properties: { a: {}, 'b-c': { type: 'string' } } },
        "{\n  readonly a: unknown;\n  readonly 'b-c'?: string;\n}",
      ],
    ] as const)
      expect(type(schema), JSON.stringify(schema)).to.equal(text);
  });

  it('declares an interface for an object, and a type for all else, described', () => {
    const { shape } = shapesOf({ type: 'object', properties: { a: { type: 'string', description: 'one' } } });
    expect(emitDeclaration('A', shape, 'what', (name) => name)).to.equal(
      '/** what */\nexport interface A {\n  /** one */\n  readonly a?: string;\n}\n',
    );
    expect(emitDeclaration('B', { kind: 'null' }, undefined, (name) => name)).to.equal('export type B = null;\n');
  });

  it('writes comments that nothing in them ends', () => {
    expect(commentText(' a */ b\n\n c ')).to.equal('a *\\/ b c');
    expect([docstring(' '), docstring(undefined), docstring('x', '  ')]).to.deep.equal(['', '', '  /** x */\n']);
  });
});
