import { expect } from 'chai';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createGateway, type Gateway, type GatewayConfig } from 'rxgate';
import { type GatewayModel, generateFiles, parseDocument, readAsyncApi } from 'rxgate/asyncapi';
import type { Peer } from 'rxgate/server';
import type { MockGatewayOptions } from 'rxgate/testing';
import { firstValueFrom, type Observable, ReplaySubject } from 'rxjs';
import { atTestEnd, cleanUp } from '../support/atTestEnd.js';
import { runProgram } from '../support/runProgram.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const documents = readdirSync(join(root, 'spec/asyncapi/documents')).sort();

type Members = Readonly<Record<string, (...args: readonly unknown[]) => Observable<unknown>>>;
interface Generated {
  readonly createClient: (gateway: Gateway) => Readonly<Record<string, Members>>;
  readonly gatewayConfig: (options: object) => GatewayConfig;
  readonly codecs: Readonly<Record<string, { is(value: unknown): boolean }>>;
}

describe('generateFiles', function () {
  this.timeout(120_000);

  let folder: string;
  const models = new Map<string, GatewayModel>();

  before(async () => {
    // Inside the project, so that it and its packages are found.
    folder = mkdtempSync(join(root, 'out-generated-'));
    for (const document of documents) {
      const text = readFileSync(join(root, 'spec/asyncapi/documents', document), 'utf8');
      const model = readAsyncApi(await parseDocument(text, document.endsWith('.json') ? 'json' : 'yaml'));
      models.set(document, model);
      mkdirSync(join(folder, document));
      for (const [name, content] of generateFiles(model, { source: document }))
        writeFileSync(join(folder, document, name), content);
      // The examples of its README are one program.
      const readme = readFileSync(join(folder, document, 'README.md'), 'utf8');
      const examples = [...readme.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code = '']) => code);
      writeFileSync(join(folder, document, 'readme.ts'), examples.join('\n'));
    }
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  afterEach(cleanUp);

  it('gives what compiles strictly, with the examples of its README, all documents in one program', async () => {
    const compilerOptions = {
      target: 'ES2022',
      module: 'NodeNext',
      lib: ['ES2023', 'DOM', 'ESNext.Disposable'],
      types: ['node'],
      customConditions: ['rxgate-source'],
      strict: true,
      noUncheckedIndexedAccess: true,
      noUnusedLocals: true,
      noUnusedParameters: true,
      // What compiles with it compiles without it: it takes less.
      exactOptionalPropertyTypes: true,
      verbatimModuleSyntax: true,
      isolatedModules: true,
      skipLibCheck: true,
      noEmit: true,
    };
    const path = join(folder, 'tsconfig.json');
    writeFileSync(path, JSON.stringify({ compilerOptions, include: ['*/*.ts'] }));
    const { code, output } = await runProgram(process.execPath, [tsc, '-p', path], folder);
    expect(output).to.equal('');
    expect(code).to.equal(0);
  });

  it('gives the same bytes for the same document', () => {
    for (const [document, model] of models) {
      const again = generateFiles(model, { source: document });
      for (const [name, text] of again) expect(readFileSync(join(folder, document, name), 'utf8'), name).to.equal(text);
    }
  });

  const start = async (document: string, options: Partial<MockGatewayOptions> = {}) => {
    const load = async <T>(name: string): Promise<T> => (await import(pathToFileURL(join(folder, document, name)).href)) as T;
    const { mockGateway } = await load<{ mockGateway: (options: Partial<MockGatewayOptions>) => Observable<Peer> }>(
      'mockGateway.ts',
    );
    const generated = await load<Generated>('index.ts');
    const port$ = new ReplaySubject<number>(1);
    const mock = mockGateway({ interval: 20, ...options, listening: ({ port }) => port$.next(port) }).subscribe();
    atTestEnd(() => mock.unsubscribe());
    const gateway = createGateway(
      generated.gatewayConfig({ url: `ws://127.0.0.1:${await firstValueFrom(port$)}`, linger: 1_000 }),
    );
    atTestEnd(() => gateway.close());
    return { client: generated.createClient(gateway), codecs: generated.codecs };
  };

  it('runs against its mock: FastWS', async () => {
    const { client, codecs } = await start('fastws.json', {
      data: {
        'bars:{symbol}:{resolution}': ({ symbol }: { symbol: string }) => ({
          time: symbol === 'AAPL' ? 1 : 2,
          open: 1,
          high: 1,
          low: 1,
          close: 1,
        }),
      },
    });
    const [one, other] = await Promise.all(
      ['AAPL', 'GOOGL'].map((symbol) => firstValueFrom(client.bars!.bars!({ symbol, resolution: '1' }))),
    );
    expect([one, other]).to.deep.equal([1, 2].map((time) => ({ time, open: 1, high: 1, low: 1, close: 1 })));
    const receipt = await firstValueFrom(client.orders!.place!({ symbol: 'AAPL', side: 'buy', quantity: 1 }));
    expect(codecs.Receipt!.is(receipt)).to.equal(true);
    expect(await firstValueFrom(client.server!.notice!())).to.deep.equal({ text: 'text' });
    await client.gateway!.ping!().forEach(() => expect.fail('nothing answers'));
  });

  it('runs against its mock: request and reply', async () => {
    const { client } = await start('requestReply.yaml');
    expect(await firstValueFrom(client.stock!.of!({ sku: 'AB-12' }))).to.deep.equal({ kind: 'pieces', pieces: 1 });
    expect(await firstValueFrom(client.shelves!.shelves!({ hall: 'north', shelf: '7' }))).to.include({ name: 'bolt' });
    expect(await firstValueFrom(client.gateway!.closing!())).to.deep.equal({ at: '2026-01-31T12:00:00Z' });
  });

  it('runs against its mock: a feed by its path', async () => {
    const { client, codecs } = await start('gemini.yaml');
    expect(codecs.Market!.is(await firstValueFrom(client.v1!.v1Marketdata!({ symbol: 'btcusd' })))).to.equal(true);
  });

  it('runs against its mock: events unasked', async () => {
    const { client, codecs } = await start('slackRtm.yaml');
    expect(codecs.Message!.is(await firstValueFrom(client.gateway!.message!()))).to.equal(true);
    expect(await firstValueFrom(client.gateway!.hello!())).to.deep.equal({ type: 'hello' });
  });

  it('runs against its mock: a request that two kinds of message answer', async () => {
    const { client, codecs } = await start('kraken.yaml');
    expect(await firstValueFrom(client.gateway!.ping!({ event: 'ping', reqid: 7 }))).to.deep.equal({ event: 'pong', reqid: 1 });
    const status = await firstValueFrom(client.gateway!.subscribe!({ event: 'subscribe', pair: ['XBT/EUR'] }));
    expect(codecs.SubscriptionStatus!.is(status)).to.equal(true);
    expect(await firstValueFrom(client.gateway!.systemStatus!())).to.include({ event: 'systemStatus' });
  });

  it('runs against its mock: an answer on a channel of its own', async () => {
    const { client } = await start('rpc.yaml', {
      replies: { sum: ({ numbers }: { numbers: number[] }) => ({ result: numbers.length }) },
    });
    expect(await firstValueFrom(client.gateway!.sum!({ numbers: [4, 3] }))).to.deep.equal({ result: 2 });
  });

  it('runs against its mock: topics of paths and of addresses', async () => {
    const gemini = (await start('gemini3.yaml')).client.v1!;
    expect(await firstValueFrom(gemini.v1Marketdata!({ symbol: '1inchusd' }))).to.include({ type: 'heartbeat' });
    const gitter = (await start('gitter.yaml')).client.rooms!;
    expect(await firstValueFrom(gitter.rooms!({ roomId: '53307860', resource: 'events' }))).to.include({ text: 'text' });
    const lights = (await start('streetlights.yaml')).client;
    const [on] = Object.values(lights.city!);
    expect(await firstValueFrom(on!({ streetlightId: '7' }))).to.include({ command: 'on' });
    await lights.gateway!.lightMeasured!({ lumens: 1 }).forEach(() => expect.fail('nothing answers'));
  });

  const placed = (client: Readonly<Record<string, Members>>, symbol: string): Promise<unknown> =>
    firstValueFrom(client.orders!.place!({ symbol, side: 'buy', quantity: 1 })).catch((error: unknown) => error);

  it('refuses on the client what its codecs refuse, in both directions', async () => {
    const { client } = await start('fastws.json', { validation: 'off', replies: { 'orders.place': { id: 'none' } } });
    expect(await placed(client, 'AAPL')).to.include({ kind: 'validation' });
    expect(await placed(client, '')).to.include({ kind: 'validation' });
  });

  it('refuses on the mock what its contract refuses', async () => {
    const { client } = await start('fastws.json', { replies: { 'orders.place': { id: 'none' } } });
    expect(await placed(client, 'AAPL')).to.include({ kind: 'requestFailed', code: 'INTERNAL_ERROR' });
  });
});
