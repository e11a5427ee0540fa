// Builds dist/esm and dist/cjs. The CommonJS half gets a package.json of its own: it says how Node reads the files, and gives
// `#socket` the same two answers that the root package.json gives it for ESM.
import { spawn } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');

const compile = (project) =>
  new Promise((done, fail) => {
    const child = spawn(process.execPath, [tsc, '-p', project], { cwd: root, stdio: 'inherit' });
    child.on('error', fail);
    child.on('exit', (code) => (code === 0 ? done() : fail(new Error(`tsc -p ${project} ended with ${code}`))));
  });

const commonJs = {
  type: 'commonjs',
  sideEffects: false,
  imports: { '#socket': { browser: './connection/browserSocket.js', default: './connection/nodeSocket.js' } },
};

await rm(new URL('../dist', import.meta.url), { recursive: true, force: true });
try {
  await Promise.all([compile('tsconfig.esm.json'), compile('tsconfig.cjs.json')]);
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
await mkdir(new URL('../dist/cjs', import.meta.url), { recursive: true });
await writeFile(new URL('../dist/cjs/package.json', import.meta.url), `${JSON.stringify(commonJs, null, 2)}\n`);
