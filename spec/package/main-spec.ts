import { expect } from 'chai';
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type PackedProject, packedProject } from '../support/packedProject.js';
import { type Outcome, runProgram, succeed } from '../support/runProgram.js';

const path = (name: string): string => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const { version, bin } = JSON.parse(readFileSync(path('package.json'), 'utf8')) as { version: string; bin: { rxgate: string } };

describe('rxgate, the program of the packed package', function () {
  this.timeout(120_000);

  let installed: PackedProject;
  let rxgate: (...args: readonly string[]) => Promise<Outcome>;

  before(async () => {
    installed = await packedProject();
    // As npm does it: a link to the file, which it makes executable.
    const target = join(installed.folder, 'node_modules/rxgate', bin.rxgate);
    const link = join(installed.folder, 'node_modules/.bin/rxgate');
    mkdirSync(join(installed.folder, 'node_modules/.bin'));
    chmodSync(target, 0o755);
    symlinkSync(target, link);
    rxgate = (...args) => runProgram(link, args, installed.folder);
  });

  after(() => installed.remove());

  it('explains itself, and knows its version', async () => {
    const help = await rxgate('--help');
    expect(help).to.include({ code: 0, errors: '' });
    expect(help.output).to.match(/^rxgate: typed clients/);
    expect(await rxgate('--version')).to.deep.equal({ code: 0, output: `${version}\n`, errors: '' });
    expect((await rxgate('nothing')).code).to.equal(2);
  });

  it('generates a client, whose contract loads with what is installed', async () => {
    writeFileSync(join(installed.folder, 'asyncapi.json'), readFileSync(path('demo/trading/asyncapi.json')));
    expect(await rxgate('generate', 'asyncapi.json', '--out', 'client')).to.include({ code: 0, output: '' });
    expect(readFileSync(join(installed.folder, 'client/barsClient.ts'), 'utf8')).to.equal(
      readFileSync(path('demo/trading/client/barsClient.ts'), 'utf8'),
    );
    const esbuild = path('node_modules/.bin/esbuild');
    const options = ['--bundle', '--packages=external', '--format=esm', '--platform=node', '--outfile=contract.mjs'];
    await succeed(esbuild, ['client/contract.ts', ...options], installed.folder);
    const script = `import { gatewayContract } from './contract.mjs'; console.log(Object.keys(gatewayContract.topics).join());`;
    const { output } = await runProgram(process.execPath, ['--input-type=module', '-e', script], installed.folder);
    expect(output).to.equal('bars:{symbol}:{resolution},quotes:{symbol}\n');
  });

  it('says which package YAML needs, where it is not installed', async () => {
    writeFileSync(join(installed.folder, 'asyncapi.yaml'), 'asyncapi: 2.4.0\n');
    expect(await rxgate('generate', 'asyncapi.yaml', '--out', 'client')).to.deep.equal({
      code: 1,
      output: '',
      errors: 'rxgate: asyncapi.yaml#: YAML is read by the package "yaml", which is not installed: npm install --save-dev yaml\n',
    });
  });

  for (const [kind, load] of [
    ['module', `const { readAsyncApi } = await import('rxgate/asyncapi');`],
    ['commonjs', `const { readAsyncApi } = require('rxgate/asyncapi');`],
  ] as const)
    it(`rxgate/asyncapi reads a document from ${kind}`, async () => {
      const script = `${load} try { readAsyncApi({}); } catch (error) { console.log(error.name, error.pointer); }`;
      const flags = kind === 'commonjs' ? ['--no-experimental-require-module'] : [];
      const { output, errors } = await runProgram(
        process.execPath,
        [...flags, `--input-type=${kind}`, '-e', script],
        installed.folder,
      );
      expect(errors).to.equal('');
      expect(output).to.equal('AsyncApiError #/asyncapi\n');
    });
});
