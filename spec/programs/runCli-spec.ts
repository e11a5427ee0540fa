import { expect } from 'chai';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commandNotify } from 'rxgate/protocols';
import type { Peer } from 'rxgate/server';
import { mockGateway, type MockGatewayOptions } from 'rxgate/testing';
import { firstValueFrom, ReplaySubject } from 'rxjs';
import { commands } from '../../lib/cli/commands/index.js';
import { runCli } from '../../lib/cli/runCli.js';
import { atTestEnd, cleanUp } from '../support/atTestEnd.js';
import { bundledProgram } from '../support/bundledProgram.js';
import { fakeTerminal } from '../support/fakeTerminal.js';
import { type Outcome, runProgram } from '../support/runProgram.js';

const path = (name: string): string => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const document = path('spec/asyncapi/documents/fastws.json');

describe('rxgate, the program', function () {
  this.timeout(60_000);

  let folder: string;
  let program: string;
  before(async () => (program = await bundledProgram('lib/cli/main.ts')));
  after(() => rmSync(program, { force: true }));
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'rxgate-cli-'))));
  afterEach(cleanUp);
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const rxgate = (...args: readonly string[]): Promise<Outcome> => runProgram(process.execPath, [program, ...args], folder);

  it('explains itself: 0 when asked, 2 when the command line is wrong', async () => {
    const help = await rxgate('--help');
    expect(help).to.include({ code: 0, errors: '' });
    for (const name of ['generate', 'tail', 'request', 'completion'])
      expect(help.output).to.match(new RegExp(`^  ${name} `, 'm'));
    expect((await rxgate('tail', '--help')).output).to.match(/Usage\n {2}rxgate tail URL/);
    for (const wrong of [
      [],
      ['gen'],
      ['generate'],
      ['generate', 'a.json'],
      ['generate', 'a.txt', '--out', 'x'],
      ['tail', 'http://x'],
      ['generate', '--nope'],
    ]) {
      const { code, output, errors } = await rxgate(...wrong);
      expect([code, output], wrong.join(' ')).to.deep.equal([2, '']);
      expect(errors, wrong.join(' ')).to.match(/--help/);
    }
  });

  it('generate writes; --check lists what is out of date; files of others stay', async () => {
    expect((await rxgate('generate', document, '--out', 'client')).code).to.equal(0);
    const text = (name: string): string => readFileSync(join(folder, 'client', name), 'utf8');
    expect(text('barsClient.ts')).to.match(
      /bars\(params: types\.BarsSubscriptionRequest, options\?: TopicOptions\): Observable<types\.Bar>/,
    );
    expect(await rxgate('generate', document, '--out', 'client', '--check')).to.include({ code: 0, output: '' });
    writeFileSync(join(folder, 'client/types.ts'), `${text('types.ts')}// more\n`);
    writeFileSync(join(folder, 'client/oldClient.ts'), text('barsClient.ts'));
    writeFileSync(join(folder, 'client/mine.ts'), '// mine\n');
    rmSync(join(folder, 'client/index.ts'));
    expect(await rxgate('generate', document, '--out', 'client', '--check')).to.include({
      code: 1,
      output: 'missing   index.ts\nchanged   types.ts\nstale     oldClient.ts\n',
    });
    expect((await rxgate('generate', document, '--out', 'client')).code).to.equal(0);
    expect(text('types.ts')).to.not.include('// more');
    expect(readdirSync(join(folder, 'client')))
      .to.include('mine.ts')
      .and.not.include('oldClient.ts');
    expect(readdirSync(join(folder, 'client')).filter((name) => name.startsWith('.'))).to.deep.equal([]);
  });

  it('generate writes nothing over what somebody wrote, and nothing at all when it fails', async () => {
    const broken = JSON.parse(readFileSync(document, 'utf8')) as { components: { schemas: { Bar: { not: object } } } };
    broken.components.schemas.Bar.not = {};
    writeFileSync(join(folder, 'broken.json'), JSON.stringify(broken));
    const failed = await rxgate('generate', 'broken.json', '--out', 'client');
    expect(failed.code).to.equal(1);
    expect(failed.errors).to.equal(
      'rxgate: broken.json#/components/schemas/Bar/not: "not" is not supported: a codec without it would take more than it allows\n',
    );
    expect(readdirSync(folder)).to.deep.equal(['broken.json']);
    writeFileSync(join(folder, 'types.ts'), '// mine\n');
    const kept = await rxgate('generate', document, '--out', '.');
    expect(kept).to.include({ code: 1, output: '' });
    expect(kept.errors).to.include('not written over: types.ts');
    expect(readdirSync(folder).sort()).to.deep.equal(['broken.json', 'types.ts']);
  });

  it('tail and request print a line of JSON each, and tell the rest on standard error', async () => {
    const port$ = new ReplaySubject<number>(1);
    const mock = mockGateway({
      protocol: commandNotify(),
      interval: 20,
      replies: { greet: (name: string) => `hello, ${name}` },
      data: { 'prices:{symbol}': ({ symbol }: { symbol: string }, n: number) => ({ symbol, n }) },
      unasked: { notice: { text: 'x' } },
      listening: ({ port }) => port$.next(port),
    }).subscribe();
    atTestEnd(() => mock.unsubscribe());
    const url = `ws://127.0.0.1:${await firstValueFrom(port$)}`;
    const asked = await rxgate('request', url, 'greet', '"bob"');
    expect(asked).to.include({ code: 0, output: '"hello, bob"\n' });
    expect(asked.errors).to.include('connected');
    const told = await rxgate('tail', url, 'prices:SPX', '-n', '2', '--quiet');
    expect(told).to.deep.equal({
      code: 0,
      output: [0, 1].map((n) => `{"topic":"prices:SPX","data":{"symbol":"SPX","n":${n}}}\n`).join(''),
      errors: '',
    });
    expect((await rxgate('tail', url, '-n', '1', '-q')).output).to.equal('{"topic":"notice","data":{"text":"x"}}\n');
    const refused = await rxgate('request', url, 'none', '-q');
    expect(refused).to.include({ code: 1, output: '' });
    expect(refused.errors).to.include('UNKNOWN_COMMAND');
    expect((await rxgate('request', url, 'greet', 'bob')).code).to.equal(2);
  });

  it('tail connects again and subscribes again when the connection is lost, and tells so', async () => {
    const terminal = fakeTerminal();
    const data = { 'prices:{symbol}': ({ symbol }: { symbol: string }, n: number) => [symbol, n] };
    const port$ = new ReplaySubject<number>(1);
    const peers$ = new ReplaySubject<Peer>();
    const listening: MockGatewayOptions['listening'] = ({ port }) => port$.next(port);
    const mock = mockGateway({ protocol: commandNotify(), interval: 1, data, listening }).subscribe(peers$);
    atTestEnd(() => mock.unsubscribe());
    const url = `ws://127.0.0.1:${await firstValueFrom(port$)}`;
    const ended = runCli(['tail', url, 'prices:SPX'], commands, terminal, '1.2.3');
    await terminal.printed(1);
    (await firstValueFrom(peers$)).close(4000, 'restart');
    await terminal.noted('reconnecting, in ');
    const before = terminal.lines.length;
    await terminal.printed(before + 2);
    terminal.interrupt();
    expect(await ended).to.equal(0);
    // A new peer, so the mock begins anew.
    expect(terminal.lines.slice(before)).to.include('{"topic":"prices:SPX","data":["SPX",0]}');
    expect(terminal.notes.filter((note) => note === 'connected')).to.have.length(2);
  });

  it('tail ends without an error when its reader goes away', async () => {
    const port$ = new ReplaySubject<number>(1);
    const listening: MockGatewayOptions['listening'] = ({ port }) => port$.next(port);
    const mock = mockGateway({ protocol: commandNotify(), interval: 1, data: { x: 1 }, listening }).subscribe();
    atTestEnd(() => mock.unsubscribe());
    const url = `ws://127.0.0.1:${await firstValueFrom(port$)}`;
    const script = '"$@" | head -1; echo "${PIPESTATUS[0]}"';
    expect(
      await runProgram('bash', ['-c', script, 'bash', process.execPath, program, 'tail', url, 'x', '-q'], folder),
    ).to.deep.equal({
      ...{ code: 0, output: '{"topic":"x","data":1}\n0\n', errors: '' },
    });
  });

  it('completes: bash takes its script', async () => {
    const { code, output } = await rxgate('completion', 'bash');
    expect(code).to.equal(0);
    writeFileSync(join(folder, 'rxgate.bash'), output);
    const script =
      'source rxgate.bash; COMP_WORDS=(rxgate gen); COMP_CWORD=1; _rxgate; echo "${COMPREPLY[*]}"; COMP_WORDS=(rxgate generate --ch); COMP_CWORD=2; _rxgate; echo "${COMPREPLY[*]}"';
    expect((await runProgram('bash', ['-c', script], folder)).output).to.equal('generate\n--check\n');
  });
});
