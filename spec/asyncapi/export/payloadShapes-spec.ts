import { type } from 'arktype';
import { expect } from 'chai';
import * as t from 'io-ts';
import { z } from 'zod';
import { payloadShapes } from '../../../lib/asyncapi/export/payloadShapes.js';
import { withJsonSchema } from '../../../lib/asyncapi/withJsonSchema.js';

const anything = (_value: unknown): _value is unknown => true;
const told = (schema: object) => withJsonSchema(anything, schema as never);
const errorOf = (definition: Parameters<typeof payloadShapes>[0]): Promise<unknown> =>
  payloadShapes(definition, {}).then(() => undefined, String);

describe('payloadShapes', () => {
  it('gives the shape of each entry, and none where nothing is carried', async () => {
    const payloads = await payloadShapes(
      { commands: { a: { request: told({ type: 'string' }) } }, topics: { 't:{x}': { data: told({ type: 'null' }) } } },
      {},
    );
    expect(payloads.of('commands["a"].request')).to.deep.equal({ kind: 'string' });
    expect(payloads.of('commands["a"].reply')).to.equal(undefined);
    expect(payloads.of('topics["t:{x}"].data')).to.deep.equal({ kind: 'null' });
    expect(payloads.schemas).to.deep.equal({});
  });

  it('gives a component no name that the type of a message has', async () => {
    const itself = told({ type: 'array', items: { $ref: '#' } });
    const alone = await payloadShapes({ commands: { tree: { request: itself } } }, {});
    expect(Object.keys(alone.schemas)).to.deep.equal(['Tree']);
    const both = await payloadShapes(
      { commands: { tree: { request: told({ type: 'object' }) }, Tree: { request: itself } } },
      {},
    );
    expect(Object.keys(both.schemas)).to.deep.equal(['Tree2']);
  });

  it('keeps what a schema says it is, at the root and of what leads back to itself', async () => {
    const payloads = await payloadShapes(
      {
        commands: {
          a: {
            request: z.object({ b: z.string() }).describe('An order'),
            reply: told({ description: 'A list', type: 'array', items: { $ref: '#' } }),
          },
        },
      },
      {},
    );
    expect(payloads.written('commands["a"].request')).to.include({ description: 'An order', type: 'object' });
    expect(payloads.written('commands["a"].reply')).to.deep.equal({ $ref: '#/components/schemas/AReply' });
    expect(payloads.schemas.AReply).to.include({ description: 'A list', type: 'array' });
    expect(payloads.written('commands["b"].reply')).to.equal(undefined);
  });

  it('takes `undefined` for no payload, and never for none that there could be', async () => {
    for (const codec of [t.undefined, t.void, type('undefined')])
      expect((await payloadShapes({ commands: { a: { reply: codec } } }, {})).of('commands["a"].reply')).to.equal(undefined);
    expect(await errorOf({ commands: { a: { reply: t.never } } })).to.match(/commands\["a"\]\.reply: takes no value at all$/);
  });

  it('refuses params of what nobody subscribes to', async () => {
    expect(await errorOf({ topics: { t: { unasked: true, params: anything } } })).to.equal(
      'TypeError: exportAsyncApi: topics["t"].params: nobody gives any for what comes unasked',
    );
  });

  it('names the entry and the place of what cannot be read', async () => {
    expect(await errorOf({ commands: { a: { reply: anything } } })).to.match(
      /^TypeError: exportAsyncApi: commands\["a"\]\.reply: a type guard/,
    );
    expect(
      await errorOf({ topics: { t: { data: told({ properties: { x: { not: { type: 'null' } } }, type: 'object' }) } } }),
    ).to.match(/^TypeError: exportAsyncApi: topics\["t"\]\.data at #\/properties\/x\/not: "not" is not supported/);
  });
});
