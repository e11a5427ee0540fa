import { expect } from 'chai';
import { contract } from 'rxgate';
import { exportAsyncApi, readAsyncApi } from 'rxgate/asyncapi';
import { z } from 'zod';

const envelope = z.object({ type: z.string(), payload: z.number() });

describe('what exportAsyncApi wrote, read by readAsyncApi', () => {
  it('has the names and payloads of the contract, whatever they look like', async () => {
    const made = contract({
      commands: { 'a.subscribe': { request: envelope, reply: envelope }, send: { request: z.string() } },
      topics: {
        '/status': { data: z.boolean() },
        'a.update': { data: z.null() },
        'd:{s}': { params: z.object({ s: z.string(), levels: z.int32() }) },
      },
    });
    const { commands, topics, protocol, url, title, version } = readAsyncApi(
      await exportAsyncApi(made, { title: 'T', version: '3.1.4', url: 'ws://a/b?c' }),
    );
    expect({ protocol, url, title, version }).to.deep.equal({
      protocol: 'commandNotify',
      url: 'ws://a/b?c',
      title: 'T',
      version: '3.1.4',
    });
    expect(commands.map(({ name, request, reply }) => [name, request.kind, reply?.kind])).to.deep.equal([
      ['a.subscribe', 'named', 'named'],
      ['send', 'string', undefined],
    ]);
    expect(topics.map(({ template, data, unasked }) => [template, data.kind, unasked])).to.deep.equal([
      ['/status', 'boolean', false],
      ['a.update', 'null', false],
      ['d:{s}', 'absent', false],
    ]);
    const [, , { params } = {}] = topics;
    expect(params?.kind === 'object' && params.properties.map(({ name, shape }) => [name, shape.kind])).to.deep.equal([
      ['s', 'string'],
      ['levels', 'number'],
    ]);
  });

  it('has payloads that look like envelopes, of whatever it speaks', async () => {
    const made = contract({ commands: { a: { request: envelope } }, topics: { b: { unasked: true, data: envelope } } });
    for (const protocol of ['commandNotify', 'typedTopics'] as const) {
      const { commands, topics, schemas } = readAsyncApi(await exportAsyncApi(made, { protocol }));
      expect([...commands, ...topics].map((one) => ('request' in one ? one.request : one.data).kind)).to.deep.equal([
        'named',
        'named',
      ]);
      for (const { shape } of schemas) expect(shape).to.have.nested.property('properties.length', 2);
    }
  });

  it('says what it speaks', async () => {
    const made = contract({ commands: { a: {} } });
    expect(readAsyncApi(await exportAsyncApi(made, { protocol: 'typedTopics' })).protocol).to.equal('typedTopics');
  });

  it('is written in the order in which it is read, what comes unasked first', async () => {
    const made = contract({ topics: { a: { data: z.null() }, n: { data: z.null(), unasked: true }, b: {} } });
    const document = await exportAsyncApi(made);
    expect(Object.keys(document['operations'] as object)).to.deep.equal(['n', 'a', 'b']);
    expect(readAsyncApi(document).topics.map(({ template, unasked }) => [template, unasked])).to.deep.equal([
      ['n', true],
      ['a', false],
      ['b', false],
    ]);
  });

  it('refuses what could not be read again', async () => {
    const commands = JSON.parse('{ "__proto__": {} }') as Record<string, object>;
    const error = await exportAsyncApi(contract({ commands })).then(() => undefined, String);
    expect(error).to.include('a command cannot have the name "__proto__"');
  });

  it('refuses what is no contract, and options that are none', async () => {
    const errorOf = (...args: Parameters<typeof exportAsyncApi>): Promise<unknown> =>
      exportAsyncApi(...args).then(() => undefined, String);
    expect(await errorOf(3 as never)).to.match(/^TypeError: exportAsyncApi: contract must be/);
    expect(await errorOf(contract({ commands: { a: { description: 1 as never } } }))).to.equal(
      'TypeError: exportAsyncApi: commands["a"].description must be a string, not 1',
    );
    expect(await errorOf(contract({ topics: { a: { unasked: 'yes' as never } } }))).to.equal(
      'TypeError: exportAsyncApi: topics["a"].unasked must be a boolean, not "yes"',
    );
    const made = contract({ commands: { a: {} } });
    expect(await errorOf(made, { url: 'http://x' })).to.match(/^TypeError: exportAsyncApi: url must be/);
    expect(await errorOf(made, { protocol: 'stomp' as never })).to.match(/^TypeError: exportAsyncApi: protocol must be one of/);
  });

  it('is a document for a contract without entries as well', async () => {
    expect(await exportAsyncApi(contract({}))).to.deep.include({ channels: {}, operations: {}, components: { messages: {} } });
  });
});
