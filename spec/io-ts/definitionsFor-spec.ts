import { expect } from 'chai';
import * as t from 'io-ts';
import { definitionsFor } from '../../lib/io-ts/definitionsFor.js';

describe('definitionsFor', () => {
  it('writes each type once, under a name of its own that a reference may hold', () => {
    const { refer, around } = definitionsFor('draft-07');
    const write = (type: t.Any) => ({ title: type.name });
    const refs = [t.string, t.number, t.string].map((type) => refer(type, 'A / B', write).$ref);
    expect(refs).to.deep.equal(['#/definitions/A___B', '#/definitions/A___B2', '#/definitions/A___B']);
    expect(around({ $ref: refs[0] })).to.deep.equal({
      $schema: 'http://json-schema.org/draft-07/schema#',
      allOf: [{ $ref: refs[0] }],
      definitions: { A___B: { title: 'string' }, A___B2: { title: 'number' } },
    });
  });

  it('adds nothing for openapi-3.0', () => {
    expect(definitionsFor('openapi-3.0').around({ type: 'string' })).to.deep.equal({ type: 'string' });
  });
});
