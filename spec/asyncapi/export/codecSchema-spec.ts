import { type } from 'arktype';
import { expect } from 'chai';
import * as t from 'io-ts';
import * as v from 'valibot';
import { z } from 'zod';
import { withJsonSchema } from '../../../lib/asyncapi/withJsonSchema.js';
import { withJsonSchema as told } from '../../../lib/io-ts/withJsonSchema.js';
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

  it('says of a tuple of io-ts how long it is, since longer lists are only cut off', async () => {
    const fixed = { type: 'array', items: [{ type: 'string' }, { type: 'number' }], minItems: 2, maxItems: 2 };
    expect(await schemaOf(t.tuple([t.string, t.number]))).to.deep.equal(fixed);
    expect(await schemaOf(t.array(t.tuple([t.string, t.number])))).to.deep.equal({ type: 'array', items: fixed });
    const open = { const: { items: ['a'], minItems: 1 } };
    expect(await schemaOf(told(t.unknown, open))).to.deep.equal(open);
  });

  it('lets ArkType leave nothing out but predicates', async () => {
    expect(await schemaOf(type('string').narrow((text) => text !== 'x'))).to.deep.equal({ type: 'string' });
    expect(await schemaOf(type({ a: 'string | undefined' }))).to.deep.equal({
      type: 'object',
      properties: { a: { anyOf: [{ type: 'string' }, { not: {} }] } },
      required: ['a'],
    });
    const pattern = (one: string) => ({ type: 'string', pattern: one });
    expect(await schemaOf(type('/^a/ & /b$/ & /c/'))).to.deep.equal({
      type: 'string',
      allOf: [pattern('^a'), pattern('b$')],
      pattern: 'c',
    });
    for (const [made, what] of [
      [type({ at: 'Date' }), 'Date'],
      [type('bigint'), 'bigint'],
      [type('Map'), 'instance of a class'],
      [type(['...', 'string[]', 'number']), 'list with a fixed end'],
    ] as const)
      expect(await errorOf(made)).to.equal(`TypeError: JSON Schema has no ${what}`);
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
