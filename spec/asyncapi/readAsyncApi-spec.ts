import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { type GatewayModel, parseDocument, readAsyncApi } from 'rxgate/asyncapi';

const model = async (name: string): Promise<GatewayModel> => {
  const text = readFileSync(new URL(`documents/${name}`, import.meta.url), 'utf8');
  return readAsyncApi(await parseDocument(text, name.endsWith('.json') ? 'json' : 'yaml'));
};
const outline = ({ protocol, url, commands, topics }: GatewayModel) => ({
  protocol,
  url,
  commands: commands.map(({ name, reply }) => (reply ? `${name}?` : name)),
  topics: topics.map(({ template, unasked }) => (unasked ? `(${template})` : template)),
});
const reasonOf = (document: unknown): string => {
  try {
    readAsyncApi(document);
    return 'read';
  } catch (error) {
    return (error as Error).message;
  }
};

describe('readAsyncApi', () => {
  it('reads what FastWS writes: envelopes, replies, topics out of subscribe and update', async () => {
    expect(outline(await model('fastws.json'))).to.deep.equal({
      protocol: 'typedTopics',
      url: 'ws://127.0.0.1:8000/api/v1/ws',
      commands: ['orders.place?', 'ping'],
      topics: ['bars:{symbol}:{resolution}', '(server.notice)'],
    });
  });

  it('reads version 3: requests with replies, topics by address', async () => {
    expect(outline(await model('requestReply.yaml'))).to.deep.equal({
      protocol: 'commandNotify',
      url: 'wss://warehouse.example.com/ws',
      commands: ['stock.of?', 'stock.note'],
      topics: ['(closing)', 'shelves:{hall}:{shelf}'],
    });
  });

  it('reads documents without envelopes, and fills variables of addresses', async () => {
    expect((await model('slackRtm.yaml')).url).to.equal('wss://chat.example.com/websocket');
    expect(outline(await model('gemini.yaml')).topics).to.deep.equal(['/v1/marketdata/{symbol}']);
  });

  it("turns a document that tells the client's actions", async () => {
    const document = JSON.parse(readFileSync(new URL('documents/fastws.json', import.meta.url), 'utf8')) as object;
    expect(readAsyncApi(document, { perspective: 'client' }).commands.map(({ name }) => name)).to.include('bars.update');
  });

  it('refuses what is no document of a gateway, with the place', () => {
    expect(reasonOf([])).to.equal('#: must be an object');
    expect(reasonOf({})).to.equal('#/asyncapi: is missing: this is no AsyncAPI document');
    expect(reasonOf({ asyncapi: '1.2.0' })).to.equal('#/asyncapi: version "1.2.0" is not read: 2.x and 3.x are');
    expect(reasonOf({ asyncapi: '2.4.0', channels: {} })).to.equal('#/channels: there is nothing to send and nothing to receive');
    const proto = { channels: { '/': { publish: { message: { name: '__proto__' } } } } };
    expect(reasonOf({ asyncapi: '2.4.0', ...proto })).to.equal(
      '#/channels/~1/publish/message: a command cannot have the name "__proto__", which every object has',
    );
    const avro = { payload: {}, name: 'a', schemaFormat: 'application/vnd.apache.avro;version=1.9.0' };
    expect(reasonOf({ asyncapi: '2.4.0', channels: { '/': { subscribe: { message: avro } } } })).to.match(
      /^#\/channels\/~1\/subscribe\/message\/schemaFormat: schemas of the format/,
    );
  });

  it('refuses what a client sends to an address with parameters: a command has no place for them', () => {
    const publish = (address: string): string =>
      reasonOf({ asyncapi: '2.4.0', channels: { [address]: { publish: { message: { name: 'dim', payload: {} } } } } });
    expect(publish('lights/{id}/dim')).to.equal(
      '#/channels/lights~1{id}~1dim: "dim" is sent to an address with parameters, and a command has no place for them: put {id} into its payload',
    );
    // Of a path they are in the url.
    expect(publish('/rooms/{room}')).to.equal('read');
    expect(publish('lights/dim')).to.equal('read');
  });

  it('reads 10 MB, most of them unused, in a moment', () => {
    const document = JSON.parse(readFileSync(new URL('documents/fastws.json', import.meta.url), 'utf8')) as {
      components: { schemas: Record<string, unknown> };
    };
    const { Bar } = document.components.schemas;
    for (let n = 0; n < 25_000; n++) document.components.schemas[`Bar${n}`] = Bar;
    const text = JSON.stringify(document);
    expect(text.length).to.be.above(10_000_000);
    return parseDocument(text, 'json').then((value) => expect(readAsyncApi(value).schemas).to.have.length.below(10));
  });
});
