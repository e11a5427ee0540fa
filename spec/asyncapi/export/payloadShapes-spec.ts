import { expect } from 'chai';
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

  it('names the entry and the place of what cannot be read', async () => {
    expect(await errorOf({ commands: { a: { reply: anything } } })).to.match(
      /^TypeError: exportAsyncApi: commands\["a"\]\.reply: a type guard/,
    );
    expect(
      await errorOf({ topics: { t: { data: told({ properties: { x: { not: { type: 'null' } } }, type: 'object' }) } } }),
    ).to.match(/^TypeError: exportAsyncApi: topics\["t"\]\.data at #\/properties\/x\/not: "not" is not supported/);
  });
});
