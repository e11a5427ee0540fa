import { expect } from 'chai';
import { transform } from 'esbuild';
import { readFileSync } from 'node:fs';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WebSocketServer } from 'ws';
import { type PackedProject, packedProject } from '../support/packedProject.js';
import { type Outcome, runProgram } from '../support/runProgram.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const resolve = createRequire(import.meta.url).resolve;
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  exports: Record<string, string | Record<string, string>>;
};
/** `rxgate`, `rxgate/protocols`, …: every entry that holds code. */
const entries = Object.entries(manifest.exports)
  .filter(([, target]) => typeof target !== 'string')
  .map(([path]) => path.replace('.', 'rxgate'));

describe('the packed package', function () {
  // Compilers run here: seconds, not milliseconds.
  this.timeout(120_000);

  let installed: PackedProject;
  let project: string;
  let tarball: string;
  let packed: readonly string[];

  before(async () => {
    installed = await packedProject();
    ({ folder: project, tarball, packed } = installed);
  });

  after(() => installed.remove());

  /** Runs a script in the project and reads the JSON that it prints. Anything on stderr, such as a warning of Node, is a failure. */
  const evaluate = async (kind: 'module' | 'commonjs', script: string, flags: readonly string[] = []): Promise<unknown> => {
    const { code, output, errors } = await runProgram(
      process.execPath,
      [...flags, `--input-type=${kind}`, '-e', script],
      project,
    );
    expect(errors).to.equal('');
    expect(code).to.equal(0);
    return JSON.parse(output);
  };

  describe('contents', () => {
    it('are the build, the sources, the protocol and what npm always adds, and nothing else', () => {
      const expected = [
        /^dist\/esm\/.+\.(js|d\.ts)(\.map)?$/,
        /^dist\/cjs\/.+\.(cjs|d\.cts)(\.map)?$/,
        /^lib\/.+\.ts$/,
        /^(package\.json|README\.md|CHANGELOG\.md|LICENSE|docs\/(PROTOCOL|protocols|server|guides\/[a-z-]+)\.md)$/,
      ];
      expect(packed.filter((path) => !expected.some((pattern) => pattern.test(path)))).to.deep.equal([]);
    });

    it('have every source in both builds, with types and source maps', () => {
      const sources = packed.filter((path) => path.startsWith('lib/'));
      expect(sources).to.include('lib/index.ts');
      const built = (source: string, folder: string, ends: readonly string[]): string[] =>
        ends.flatMap((end) => ['', '.map'].map((map) => source.replace('lib/', folder).replace(/\.ts$/, `${end}${map}`)));
      const wanted = sources.flatMap((source) => [
        ...built(source, 'dist/esm/', ['.js', '.d.ts']),
        ...built(source, 'dist/cjs/', ['.cjs', '.d.cts']),
      ]);
      expect(packed.filter((path) => path.startsWith('dist/'))).to.have.members(wanted);
    });

    it('have every file that package.json leads to', () => {
      const leaves = (value: unknown): string[] =>
        typeof value === 'string' ? [value] : typeof value === 'object' && value ? Object.values(value).flatMap(leaves) : [];
      const { main, module, types, exports, imports } = manifest as unknown as Record<string, unknown>;
      const targets = [main, module, types, exports, imports].flatMap(leaves).map((path) => normalize(path));
      expect(targets).to.have.length.above(10);
      expect(targets.filter((path) => !packed.includes(path))).to.deep.equal([]);
    });

    it('have the source that every source map names', () => {
      const maps = packed.filter((path) => path.endsWith('.map'));
      const sources = maps.flatMap((path) => {
        const map = JSON.parse(readFileSync(join(project, 'node_modules/rxgate', path), 'utf8')) as { sources: string[] };
        return map.sources.map((source) => normalize(join(dirname(path), source)));
      });
      expect(sources).to.have.length.at.least(maps.length);
      expect(sources.filter((path) => !packed.includes(path))).to.deep.equal([]);
    });
  });

  describe('checkers', () => {
    const bin = (name: string): string => join(root, 'node_modules/.bin', name);

    it('publint has no complaint', async () => {
      const { code, output, errors } = await runProgram(bin('publint'), ['run', tarball, '--strict'], root);
      expect(code, output + errors).to.equal(0);
      expect(output).to.include('All good');
    });

    it('attw has no complaint', async () => {
      const { code, output, errors } = await runProgram(bin('attw'), [tarball, '--profile', 'node16', '--no-color'], root);
      expect(code, output + errors).to.equal(0);
      for (const entry of entries) expect(output).to.include(`"${entry}"`);
    });
  });

  describe('at run time', () => {
    const keysByImport = `
      const keys = {};
      for (const entry of ${JSON.stringify(entries)}) keys[entry] = Object.keys(await import(entry)).sort();
      console.log(JSON.stringify(keys));`;
    // An ES module that is required shows a mark of its own among the keys.
    const keysByRequire = `
      const keys = {};
      for (const entry of ${JSON.stringify(entries)})
        keys[entry] = Object.keys(require(entry)).filter((key) => key !== '__esModule').sort();
      console.log(JSON.stringify(keys));`;
    // What `require` gives in a Node that cannot require ES modules: the CommonJS build.
    const onlyCommonJs = ['--no-experimental-require-module'];

    const expectedKeys = async (): Promise<Record<string, string[]>> => {
      const keys: Record<string, string[]> = {};
      for (const entry of entries) keys[entry] = Object.keys((await import(entry)) as object).sort();
      return keys;
    };

    it('exports the same names as the sources from ESM, from every entry', async () => {
      const expected = await expectedKeys();
      for (const entry of entries) expect(expected[entry], entry).to.not.deep.equal([]);
      expect(await evaluate('module', keysByImport)).to.deep.equal(expected);
    });

    it('exports the same names as the sources from CommonJS, from every entry', async () => {
      expect(await evaluate('commonjs', keysByRequire)).to.deep.equal(await expectedKeys());
    });

    it('exports the same names where require knows CommonJS only', async () => {
      expect(await evaluate('commonjs', keysByRequire, onlyCommonJs)).to.deep.equal(await expectedKeys());
    });

    it('takes the CommonJS build where require knows CommonJS only, and the ES modules else', async () => {
      const script = `console.log(JSON.stringify(require.resolve('rxgate').replaceAll('\\\\', '/')))`;
      expect(await evaluate('commonjs', script, onlyCommonJs)).to.match(/\/dist\/cjs\/index\.cjs$/);
      expect(await evaluate('commonjs', script)).to.match(/\/dist\/esm\/index\.js$/);
    });

    it('gives import and require the same classes', async () => {
      const same = await evaluate(
        'module',
        `import { createRequire } from 'node:module';
         import * as imported from 'rxgate';
         const required = createRequire(process.cwd() + '/x.js')('rxgate');
         const classes = Object.keys(imported).filter((name) => name.endsWith('Error'));
         console.log(JSON.stringify(classes.filter((name) => imported[name] === required[name])));`,
      );
      expect(same).to.include.members(['GatewayError', 'ConnectionLostError', 'RequestFailedError']);
      expect(same).to.have.lengthOf(Object.keys(await import('rxgate')).filter((name) => name.endsWith('Error')).length);
    });

    it('runs the contract suite on an adapter of somebody else, the one of the guide, in one call', async () => {
      const folder = join(project, 'third-party');
      await mkdir(folder);
      await writeFile(join(folder, 'package.json'), '{"type":"module"}');
      for (const name of ['homeAssistant', 'homeAssistantContract']) {
        const { code } = await transform(readFileSync(join(root, `docs/snippets/${name}.ts`), 'utf8'), { loader: 'ts' });
        await writeFile(join(folder, `${name}.js`), code);
      }
      // The runner of Node, whose functions are no globals by themselves.
      const run = `import { describe, it } from 'node:test';
        Object.assign(globalThis, { describe, it });
        await import('./homeAssistantContract.js');`;
      await writeFile(join(folder, 'run.js'), run);
      const { code, output, errors } = await runProgram(process.execPath, ['--test-reporter=tap', 'run.js'], folder);
      expect([code, errors], output).to.deep.equal([0, '']);
      const [passed, failed] = ['pass', 'fail'].map((what) => Number(new RegExp(`^# ${what} (\\d+)$`, 'm').exec(output)?.[1]));
      expect(failed).to.equal(0);
      expect(passed).to.be.at.least(38);
    });

    describe('without a global WebSocket', () => {
      let server: WebSocketServer;

      before((done) => {
        server = new WebSocketServer({ host: '127.0.0.1', port: 0 }, done);
      });

      after((done) => {
        for (const client of server.clients) client.terminate();
        server.close(done);
      });

      // The child prints what it saw and then ends by itself, since nothing is left open.
      const session = (load: string): string => `
        delete globalThis.WebSocket;
        ${load}
        connect({ url: 'ws://127.0.0.1:${(server.address() as AddressInfo).port}', protocol: commandNotify() })
          .pipe(take(1))
          .subscribe({
            next: (session) => console.log(JSON.stringify({ id: session.id, open: session.open })),
            error: (error) => console.log(JSON.stringify(error)),
          });`;
      const byImport = `
        const { connect } = await import('rxgate');
        const { commandNotify } = await import('rxgate/protocols');
        const { take } = await import('rxjs');`;
      const byRequire = `
        const { connect } = require('rxgate');
        const { commandNotify } = require('rxgate/protocols');
        const { take } = require('rxjs');`;
      const opened = { id: 1, open: true };

      it('connects from ESM', async () => {
        expect(await evaluate('module', session(byImport))).to.deep.equal(opened);
      });

      it('connects from CommonJS', async () => {
        expect(await evaluate('commonjs', session(byRequire))).to.deep.equal(opened);
      });

      it('connects from CommonJS where require knows CommonJS only', async () => {
        expect(await evaluate('commonjs', session(byRequire), onlyCommonJs)).to.deep.equal(opened);
      });

      for (const [name, kind, load, flags] of [
        ['ESM', 'module', byImport, []],
        ['CommonJS', 'commonjs', byRequire, onlyCommonJs],
      ] as const)
        it(`errors with kind connectFailed, reason unsupported, under the browser condition from ${name}`, async () => {
          const error = await evaluate(kind, session(load), [...flags, '--conditions=browser']);
          expect(error).to.include({ kind: 'connectFailed', reason: 'unsupported', retryable: false });
        });
    });
  });

  describe('for TypeScript', () => {
    const tsc = resolve('typescript/bin/tsc');

    // Nothing but the entries, so that a consumer who uses one thing compiles whatever else is exported.
    const all = (names: readonly string[]): string =>
      names.map((entry, i) => `import * as entry${i} from '${entry}';\nexport const names${i}: object = entry${i};\n`).join('');
    const usage = `
      import { ConnectionLostError, authenticate, connect, heartbeat, request, retryBackoff, shareSession, topic } from 'rxgate';
      import { commandNotify } from 'rxgate/protocols';
      import type { Observable } from 'rxjs';

      interface Bar { readonly close: number }
      const session$ = connect({ url: 'wss://gw.example/ws', protocol: commandNotify() }).pipe(
        authenticate((session) => session.request('POST_LOGIN', { token: 'x' })),
        heartbeat(),
        retryBackoff(),
        shareSession(),
      );
      export const bars$: Observable<Bar> = session$.pipe(topic<Bar>('bars:AAPL:1'));
      export const placed$: Observable<{ id: string }> = session$.pipe(request<{ id: string }>('orders.place', { amount: 1 }));
      export const codeOf = (error: unknown): number | undefined =>
        error instanceof ConnectionLostError ? error.code : undefined;
      // @ts-expect-error A topic of bars holds no strings: the types arrive, and not as any.
      export const wrong$: Observable<string> = session$.pipe(topic<Bar>('bars:AAPL:1'));
    `;

    /** Compiles a consumer in a folder of its own, with only the packages it names beside rxgate, rxjs and ws. */
    const compile = async (
      name: string,
      settings: Record<string, unknown>,
      { type, names, packages }: { type: string; names: readonly string[]; packages: readonly string[] },
    ): Promise<Outcome> => {
      const consumer = join(project, name);
      await mkdir(join(consumer, 'node_modules/@types'), { recursive: true });
      for (const item of packages) await symlink(join(root, 'node_modules', item), join(consumer, 'node_modules', item));
      const compilerOptions = {
        target: 'ES2022',
        strict: true,
        skipLibCheck: false,
        noEmit: true,
        exactOptionalPropertyTypes: true,
      };
      await writeFile(join(consumer, 'package.json'), JSON.stringify({ name, type }));
      await writeFile(
        join(consumer, 'tsconfig.json'),
        JSON.stringify({ compilerOptions: { ...compilerOptions, ...settings }, files: ['all.ts', 'usage.ts'] }),
      );
      await writeFile(join(consumer, 'all.ts'), all(names));
      await writeFile(join(consumer, 'usage.ts'), usage);
      return runProgram(process.execPath, [tsc, '-p', consumer], consumer);
    };

    const clean = ({ code, output, errors }: Outcome): void => {
      expect(output + errors).to.equal('');
      expect(code).to.equal(0);
    };

    const onNode = { names: entries, packages: ['@types/node', 'io-ts', 'fp-ts'] };

    it('compiles an ES module under nodenext, without the DOM and with library checks', async () => {
      const settings = { module: 'nodenext', lib: ['ES2022'], types: ['node'] };
      clean(await compile('nodenext', settings, { type: 'module', ...onNode }));
    });

    it('compiles CommonJS under node16, without the DOM and with library checks', async () => {
      const settings = { module: 'node16', lib: ['ES2022'], types: ['node'] };
      clean(await compile('node16', settings, { type: 'commonjs', ...onNode }));
    });

    it('compiles for a browser under bundler, without the types of Node and with library checks', async () => {
      const settings = { module: 'ESNext', moduleResolution: 'bundler', lib: ['ES2022', 'DOM'], types: [] };
      const names = ['rxgate', 'rxgate/protocols'];
      clean(await compile('bundler', settings, { type: 'module', names, packages: [] }));
    });
  });
});
