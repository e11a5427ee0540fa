import { expect } from 'chai';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseDocument } from 'rxgate/asyncapi';
import { runCommand } from '../support/runCommand.js';
import { type Outcome, runProgram } from '../support/runProgram.js';

const path = (name: string): string => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const tsx = import.meta.resolve('tsx');

const typescript = `import { contract } from 'rxgate';
import { z } from 'zod';

enum Side { Buy = 'buy' }
export const trading = contract({ commands: { 'orders.place': { request: z.object({ side: z.literal(Side.Buy as const) }) } } });
export const other = contract({ topics: { 'bars:{symbol}': { data: z.number() } } });
export const nothing = { commands: {} };
`;

describe('rxgate export', function () {
  this.timeout(120_000);

  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'rxgate-export-'));
    mkdirSync(join(folder, 'node_modules'));
    for (const name of ['zod', 'tsx', 'rxjs', 'io-ts', 'fp-ts'])
      symlinkSync(path(`node_modules/${name}`), join(folder, 'node_modules', name));
    symlinkSync(path('.'), join(folder, 'node_modules/rxgate'));
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(folder, 'contract.ts'), typescript);
    writeFileSync(
      join(folder, 'one.mjs'),
      `import { contract } from 'rxgate';\nexport default contract({ commands: { ping: {} } });\n`,
    );
    writeFileSync(
      join(folder, 'guard.mjs'),
      `import { contract } from 'rxgate';\nexport const c = contract({ commands: { a: { reply: () => true } } });\n`,
    );
    writeFileSync(
      join(folder, 'told.mjs'),
      `import { contract } from 'rxgate';
import { withJsonSchema } from 'rxgate/asyncapi';
export default contract({ commands: { a: { reply: withJsonSchema(() => true, { type: 'string', format: 'isin' }) } } });
`,
    );
    writeFileSync(join(folder, 'broken.mjs'), `throw new Error('not today');\n`);
    mkdirSync(join(folder, 'bare'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const rxgate = (...args: readonly string[]): Promise<Outcome> => runCommand(folder, ...args);

  it('prints JSON, and nothing else, of the export that is named', async () => {
    const program = [`--import=${tsx}`, '--conditions=rxgate-source', path('lib/cli/main.ts')];
    const { code, output, errors } = await runProgram(
      process.execPath,
      [...program, 'export', 'contract.ts', '--name', 'trading', '--title', 'Trading'],
      folder,
    );
    expect([code, errors]).to.deep.equal([0, '']);
    const document = JSON.parse(output) as { asyncapi: string; info: object; operations: object };
    expect(document.asyncapi).to.equal('3.0.0');
    expect(document.info).to.deep.equal({ title: 'Trading', version: '1.0.0' });
    expect(document.operations).to.have.all.keys('orders.place');
    expect(output).to.include('"const": "buy"');
  });

  it('writes YAML; --check fails when it is out of date, and writes nothing', async () => {
    const args = ['export', 'contract.ts', '--name', 'other', '--out', 'docs/asyncapi.yaml'];
    expect((await rxgate(...args, '--check')).code).to.equal(1);
    expect(await rxgate(...args)).to.include({ code: 0, output: '', errors: 'docs/asyncapi.yaml: new\n' });
    const text = readFileSync(join(folder, 'docs/asyncapi.yaml'), 'utf8');
    const { mtimeMs } = statSync(join(folder, 'docs/asyncapi.yaml'));
    expect(await rxgate(...args)).to.include({ code: 0, errors: 'docs/asyncapi.yaml: as it was\n' });
    expect(statSync(join(folder, 'docs/asyncapi.yaml')).mtimeMs).to.equal(mtimeMs);
    expect(await parseDocument(text, 'yaml')).to.have.nested.property('channels.bars_symbol.address', 'bars:{symbol}');
    expect((await rxgate(...args, '--check')).code).to.equal(0);
    const changed = await rxgate(...args, '--api-version', '2.0.0', '--check');
    expect(changed).to.include({ code: 1, errors: 'docs/asyncapi.yaml is out of date: rxgate export\n' });
    expect(readFileSync(join(folder, 'docs/asyncapi.yaml'), 'utf8')).to.equal(text);
    expect((await rxgate('generate', 'docs/asyncapi.yaml', '--out', 'client')).code).to.equal(0);
    expect(readFileSync(join(folder, 'client/contract.ts'), 'utf8')).to.include(`'bars:{symbol}': { params: `);
  });

  it('says what it is told of the document', async () => {
    const given = [
      '--title',
      'T',
      '--api-version',
      '2',
      '--description',
      'D',
      '--url',
      'wss://gw.example/ws',
      '--protocol',
      'typedTopics',
    ];
    const { code, output } = await rxgate('export', 'told.mjs', ...given, '--format', 'isin');
    expect(code).to.equal(0);
    expect(JSON.parse(output)).to.deep.include({
      info: { title: 'T', version: '2', description: 'D' },
      servers: { gateway: { host: 'gw.example', protocol: 'wss', pathname: '/ws' } },
      'x-rxgate-protocol': 'typedTopics',
    });
    expect((await rxgate('export', 'told.mjs')).errors).to.include('"isin" is no format');
  });

  it('says the protocol that a generated module says: nothing breaks by going to and fro', async () => {
    const given = path('spec/asyncapi/documents/fastws.json');
    expect((await rxgate('generate', given, '--out', 'fastws')).code).to.equal(0);
    expect((await rxgate('export', 'fastws/contract.ts', '--out', 'fastws.json')).code).to.equal(0);
    const again = JSON.parse(readFileSync(join(folder, 'fastws.json'), 'utf8')) as object;
    expect(again).to.include({ 'x-rxgate-protocol': 'typedTopics' });
    for (const next of ['fastws.json', 'fastws/contract.ts'])
      expect(await rxgate('diff', given, next), next).to.deep.include({ code: 0, output: '' });
    const { output } = await rxgate('export', 'fastws/contract.ts', '--protocol', 'commandNotify');
    expect(JSON.parse(output)).to.include({ 'x-rxgate-protocol': 'commandNotify' });
  });

  it('takes the default export, or the only contract', async () => {
    expect((await rxgate('export', 'one.mjs')).output).to.include('"ping"');
    const { code, errors } = await rxgate('export', 'contract.ts');
    expect(code).to.equal(2);
    expect(errors).to.match(/contract\.ts: which contract\? it exports other, trading; --name says which/);
  });

  it('names the entry of a codec without JSON Schema, and how to tell it', async () => {
    const { code, output, errors } = await rxgate('export', 'guard.mjs');
    expect([code, output]).to.deep.equal([1, '']);
    expect(errors).to.equal(
      'rxgate: exportAsyncApi: commands["a"].reply: a type guard has no JSON Schema: withJsonSchema of rxgate/asyncapi tells it\n',
    );
  });

  it('says what is wrong: 2 for the command line, 1 for the rest', async () => {
    for (const [args, code, text] of [
      [['export'], 2, 'which contract?'],
      [['export', 'a.json'], 2, 'ends with .ts, .js, .mjs or .cjs'],
      [['export', 'one.mjs', '--out', 'x.txt'], 2, '.json, .yaml or .yml'],
      [['export', 'one.mjs', '--check'], 2, '--check needs --out'],
      [['export', 'contract.ts', '--name', 'nothing'], 2, '"nothing" is no contract'],
      [['export', 'none.mjs'], 1, 'none.mjs: there is no such file'],
      [['export', 'broken.mjs'], 1, 'broken.mjs cannot be loaded: not today'],
      [['export', 'one.mjs', '--url', 'http://x'], 1, 'url must be an address that begins with ws:// or wss://'],
    ] as const) {
      const outcome = await rxgate(...args);
      expect([outcome.code, outcome.output], args.join(' ')).to.deep.equal([code, '']);
      expect(outcome.errors, args.join(' ')).to.include(text);
    }
  });

  it('asks for tsx where there is none', async () => {
    const lonely = mkdtempSync(join(tmpdir(), 'rxgate-lonely-'));
    try {
      writeFileSync(join(lonely, 'contract.ts'), 'export const a: number = 1;\n');
      const { code, errors } = await rxgate('export', join(lonely, 'contract.ts'));
      expect(code).to.equal(1);
      expect(errors).to.match(/"tsx", which is not installed: npm install --save-dev tsx/);
    } finally {
      rmSync(lonely, { recursive: true, force: true });
    }
  });
});
