import { expect } from 'chai';
import { emitTypes } from '../../../lib/asyncapi/emit/emitTypes.js';
import { shapesOf } from '../../support/shapesOf.js';

describe('emitTypes', () => {
  it('declares every schema with a name, in the order of use', () => {
    const A = { type: 'object', required: ['b'], properties: { b: { $ref: '#/components/schemas/B' } } };
    const { all } = shapesOf({ $ref: '#/components/schemas/A' }, { A, B: { type: 'string' } });
    expect(emitTypes(all)).to.equal('export interface A {\n  readonly b: B;\n}\n\nexport type B = string;\n');
  });
});
