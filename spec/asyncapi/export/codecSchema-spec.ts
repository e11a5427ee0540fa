import { type } from 'arktype';
import { expect } from 'chai';
import * as t from 'io-ts';
import * as v from 'valibot';
import { z } from 'zod';
import { withJsonSchema } from '../../../lib/asyncapi/withJsonSchema.js';
import { codecSchema } from '../../../lib/asyncapi/export/codecSchema.js';
import type { PayloadCodec } from '../../../lib/contract/payloadCodec.js';

const schemaOf = async (codec: PayloadCodec): Promise<unknown> => {
  const { $schema, ...schema } = await codecSchema(codec);
  expect($schema ?? 'draft-07').to.include('draft-07');
  return schema;
};
const errorOf = (codec: PayloadCodec): Promise<unknown> => codecSchema(codec).then(() => undefined, String);

describe('codecSchema', () => {
  it('asks zod, ArkType and io-ts for what goes over the wire', async () => {
    expect(await schemaOf(z.string().transform(Number))).to.deep.equal({ type: 'string' });
    expect(await schemaOf(type('string'))).to.deep.equal({ type: 'string' });
    expect(await schemaOf(t.type({ a: t.string }))).to.deep.equal({
      type: 'object',
      properties: { a: { type: 'string' } },
      required: ['a'],
    });
  });

  it('takes what it is told', async () => {
    const guard = (value: unknown): value is number => value === 1;
    expect(await schemaOf(withJsonSchema(guard, { const: 1 }))).to.deep.equal({ const: 1 });
    expect(await schemaOf(withJsonSchema(v.literal(1), { const: 1 }))).to.deep.equal({ const: 1 });
  });

  it('refuses what has none, and says how to tell it', async () => {
    expect(await errorOf((_value: unknown): _value is string => true)).to.equal(
      'TypeError: a type guard has no JSON Schema: withJsonSchema of rxgate/asyncapi tells it',
    );
    expect(await errorOf(v.string())).to.equal(
      'TypeError: a schema of valibot has no JSON Schema: withJsonSchema of rxgate/asyncapi tells it',
    );
    expect(await errorOf(z.date())).to.match(/Date cannot be represented in JSON Schema/);
  });
});
