// How much of a page's budget rxgate takes: bundles what is built in dist for a browser, prints the sizes and fails above a
// limit, or when something of Node is in a bundle. `--why` adds what each file takes of it; `--dist <folder>` measures another build.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const at = process.argv.indexOf('--dist');
const dist = at < 0 ? `${root}dist/esm` : resolve(process.argv[at + 1]);
const rxjs = ['rxjs', 'rxjs/webSocket'];

const pipeline = ['connect', 'authenticate', 'heartbeat', 'retryBackoff', 'shareSession', 'topic', 'request', 'requestEach'];
const bundles = [
  {
    name: 'the pipeline of the README',
    entry: `export { ${pipeline.join(', ')} } from 'rxgate'; export { commandNotify } from 'rxgate/protocols';`,
    limit: 6000,
    external: rxjs,
  },
  { name: 'all of rxgate', entry: `export * from 'rxgate';`, limit: 12_000, external: rxjs },
  { name: 'retryBackoff alone', entry: `export { retryBackoff } from 'rxgate';`, limit: 1200, external: rxjs },
  {
    name: 'createGateway and commandNotify, with rxjs',
    entry: `export { createGateway } from 'rxgate'; export { commandNotify } from 'rxgate/protocols';`,
    limit: 21_000,
    external: [],
  },
];

if (!existsSync(`${dist}/index.js`)) {
  console.error(`${dist}/index.js is missing: npm run build`);
  process.exit(1);
}

/** Sizes in bytes, and the inputs that a browser bundle must not have. Throws what esbuild says, such as a Node builtin. */
const measure = async ({ entry, external }) => {
  const { outputFiles, metafile } = await build({
    stdin: { contents: entry, resolveDir: root },
    alias: { rxgate: `${dist}/index.js`, 'rxgate/protocols': `${dist}/protocols/index.js` },
    bundle: true,
    write: false,
    metafile: true,
    minify: true,
    platform: 'browser',
    format: 'esm',
    target: 'es2022',
    logLevel: 'silent',
    external,
  });
  const strangers = Object.keys(metafile.inputs).filter((file) =>
    /node_modules\/ws\/|nodeSocket|^\(disabled\)|dist\/esm\/(server|node)\//.test(file),
  );
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports.map(({ path }) => path));
  const [{ contents }] = outputFiles;
  return {
    min: contents.length,
    files: Object.values(metafile.outputs).flatMap((output) =>
      Object.entries(output.inputs).map(([file, { bytesInOutput }]) => ({ file, bytes: bytesInOutput })),
    ),
    gzip: gzipSync(contents, { level: 9 }).length,
    strangers: [...strangers, ...imports.filter((path) => !external.includes(path))],
  };
};

const kB = (bytes) => `${(bytes / 1000).toFixed(2)} kB`;
const line = (...cells) => console.log(cells.map((cell, i) => (i ? String(cell).padStart(10) : cell.padEnd(44))).join(' '));
const failures = [];

line('bundle', 'min', 'min+gzip', 'limit');
for (const bundle of bundles) {
  try {
    const { min, gzip, strangers, files } = await measure(bundle);
    const over = gzip > bundle.limit;
    line(bundle.name, kB(min), kB(gzip), kB(bundle.limit), over ? 'OVER' : '');
    if (process.argv.includes('--why'))
      for (const { file, bytes } of files.filter(({ bytes }) => bytes).sort((a, b) => b.bytes - a.bytes))
        line(`  ${file}`, kB(bytes));
    if (over) failures.push(`${bundle.name}: ${gzip} bytes, ${gzip - bundle.limit} above the limit`);
    if (strangers.length) failures.push(`${bundle.name}: not for a browser: ${strangers.join(', ')}`);
  } catch (error) {
    line(bundle.name, '-', '-', kB(bundle.limit), 'BROKEN');
    for (const { text, location } of error.errors ?? [{ text: String(error) }])
      failures.push(`${bundle.name}: ${text}${location ? ` (${location.file}:${location.line})` : ''}`);
  }
}
for (const failure of failures) console.error(failure);
process.exitCode = failures.length ? 1 : 0;
