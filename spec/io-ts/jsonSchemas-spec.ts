import { expect } from 'chai';
import * as t from 'io-ts';
import { jsonSchemasOf, withJsonSchemas } from '../../lib/io-ts/jsonSchemas.js';

describe('jsonSchemas', () => {
  it('stand on a copy of the type, and go with copies of it', () => {
    const schemas = { input: { type: 'string' } };
    const type = withJsonSchemas(t.string, schemas);
    expect(jsonSchemasOf(type)).to.equal(schemas);
    expect(jsonSchemasOf(Object.assign({}, type))).to.equal(schemas);
    expect(jsonSchemasOf(t.string)).to.equal(undefined);
    expect(type).to.be.instanceOf(t.StringType);
  });
});
