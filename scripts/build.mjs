// Builds dist/esm and dist/cjs. tsc names what it emits after the source, `x.js`, and in a package of type `module` Node takes that for
// ESM. So the CommonJS half is renamed to `x.cjs` and `x.d.cts`. (A package.json of its own would do for Node, but it hides
// `#socket` of the root from its files.)
import { spawn } from 'node:child_process';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
// TypeScript 7 compiles the same JavaScript in a third of the time; it has no API yet, so linting and the specs of errors have TypeScript 6.
const tsc = join(root, 'node_modules/ts7/bin/tsc');

const compile = (project) =>
  new Promise((done, fail) => {
    const child = spawn(process.execPath, [tsc, '-p', project], { cwd: root, stdio: 'inherit' });
    child.on('error', fail);
    child.on('exit', (code) => (code === 0 ? done() : fail(new Error(`tsc -p ${project} ended with ${code}`))));
  });

/** `x.js`, `x.d.ts` and their maps, as CommonJS is called. */
const commonJsName = (name) => name.replace(/\.d\.ts(\.map)?$/, '.d.cts$1').replace(/\.js(\.map)?$/, '.cjs$1');

// Relative paths in `require("./x.js")`, `from './x.js'` and `import('./x.js')`; the map's own name, and the name in the map.
const relativePath = /(\brequire\(|\bfrom |\bimport\()(["'])(\.{1,2}\/[^"'\n]+)\.js\2/g;
const mapComment = /^\/\/# sourceMappingURL=(.+)\.map\s*$/m;

const toCommonJs = (name, text) =>
  name.endsWith('.map')
    ? JSON.stringify({ ...JSON.parse(text), file: commonJsName(JSON.parse(text).file) })
    : text
        .replace(relativePath, (_, before, quote, path) => `${before}${quote}${path}.cjs${quote}`)
        .replace(mapComment, (_, file) => `//# sourceMappingURL=${commonJsName(file)}.map`);

const renameCommonJs = async (folder) => {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  for (const { parentPath, name } of files) {
    const path = join(parentPath, name);
    await writeFile(path, toCommonJs(name, await readFile(path, 'utf8')));
    await rename(path, join(parentPath, commonJsName(name)));
  }
};

await rm(join(root, 'dist'), { recursive: true, force: true });
const halves = await Promise.allSettled([compile('tsconfig.esm.json'), compile('tsconfig.cjs.json')]);
const broken = halves.filter(({ status }) => status === 'rejected');
for (const { reason } of broken) console.error(reason.message);
if (broken.length) process.exit(1);
await renameCommonJs(join(root, 'dist/cjs'));
