import { expect } from 'chai';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
const documents = ['fastws.json', 'requestReply.yaml', 'gemini.yaml', 'slackRtm.yaml'] as const;

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
    }
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  afterEach(cleanUp);

  for (const exactOptionalPropertyTypes of [true, false])
    it(`gives what compiles strictly, with exactOptionalPropertyTypes ${exactOptionalPropertyTypes}`, async () => {
      const path = join(folder, `tsconfig.${exactOptionalPropertyTypes}.json`);
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
        exactOptionalPropertyTypes,
        verbatimModuleSyntax: true,
        isolatedModules: true,
        skipLibCheck: true,
        noEmit: true,
        allowImportingTsExtensions: false,
      };
      // The library's own sources are compiled along, under its own options only.
      if (!exactOptionalPropertyTypes) compilerOptions.noUnusedLocals = false;
      writeFileSync(path, JSON.stringify({ compilerOptions, include: ['*/*.ts'] }));
      const { code, output } = await runProgram(process.execPath, [tsc, '-p', path], folder);
      const own = output.split('\n').filter((line) => /^[^ ]+\.(json|yaml)\//.test(line));
      expect(own.join('\n')).to.equal('');
      if (exactOptionalPropertyTypes) expect(code, output).to.equal(0);
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
