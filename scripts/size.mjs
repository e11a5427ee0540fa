// How much of a page's budget rxgate takes: bundles what is built in dist for a browser and prints the sizes. Fails above a bundle's
// ceiling, or when something of Node is in it. The goal is where a bundle is to come to; the ceiling is where it stands, and only goes
// down. `--why` adds what each file takes; `--dist <folder>` measures another build.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const at = process.argv.indexOf('--dist');
const dist = at < 0 ? `${root}dist/esm` : resolve(process.argv[at + 1]);
const rxjs = ['rxjs', 'rxjs/webSocket'];

const pipeline = ['connect', 'authenticate', 'heartbeat', 'retryBackoff', 'shareSession', 'topic', 'request'];
const bundles = [
  {
    name: 'the pipeline of the README',
    entry: `export { ${pipeline.join(', ')} } from 'rxgate';`,
    goal: 5500,
    ceiling: 13_480,
    external: rxjs,
  },
  { name: 'all of rxgate', entry: `export * from 'rxgate';`, goal: 11_000, ceiling: 21_170, external: rxjs },
  { name: 'retryBackoff alone', entry: `export { retryBackoff } from 'rxgate';`, goal: 1000, ceiling: 1400, external: rxjs },
  {
    name: 'commandNotify alone',
    entry: `export { commandNotify } from 'rxgate/protocols';`,
    goal: 1500,
    ceiling: 2690,
    external: rxjs,
  },
  {
    name: 'createGateway and commandNotify, with rxjs',
    entry: `export { createGateway } from 'rxgate'; export { commandNotify } from 'rxgate/protocols';`,
    goal: 19_000,
    ceiling: 26_020,
    external: [],
  },
];

/** What an adapter adds to the pipeline: nobody has it without. */
const adapter = (name, goal, ceiling = goal) => ({
  name: `${name}, beside the pipeline`,
  entry: `export { ${pipeline.join(', ')} } from 'rxgate'; export { ${name} } from 'rxgate/protocols';`,
  beside: bundles[0],
  goal,
  ceiling,
  external: rxjs,
});
bundles.push(
  {
    name: 'contract, beside the pipeline',
    entry: `export { contract, ${pipeline.join(', ')} } from 'rxgate';`,
    beside: bundles[0],
    goal: 2500,
    ceiling: 2760,
    external: rxjs,
  },
  adapter('graphqlTransportWs', 1500),
  adapter('jsonRpc', 1500),
  adapter('jsonRpcSubscriptions', 1500),
  adapter('jsonRpcEvents', 1500),
  adapter('phoenix', 1500),
  adapter('socketIo', 2500),
  adapter('stomp', 1500, 2270),
  adapter('typedTopics', 1500),
);

/** What comes to the io-ts or fp-ts that its users have already. */
const integration = (entry, name, goal, ceiling = goal) => ({
  name: `${name} of ${entry}`,
  entry: `export { ${name} } from '${entry}';`,
  goal,
  ceiling,
  external: [...rxjs, 'io-ts'],
});
bundles.push(
  integration('rxgate/io-ts', 'compileDecoder', 3000, 4490),
  integration('rxgate/io-ts', 'toStandard', 4000),
  integration('rxgate/io-ts', 'NonEmptyString', 400),
  integration('rxgate/fp-ts', 'matchError', 600),
);

if (!existsSync(`${dist}/index.js`)) {
  console.error(`${dist}/index.js is missing: npm run build`);
  process.exit(1);
}

/** Sizes in bytes, and the inputs that a browser bundle must not have. Throws what esbuild says, such as a Node builtin. */
const measure = async ({ entry, external }) => {
  const { outputFiles, metafile } = await build({
    stdin: { contents: entry, resolveDir: root },
    alias: {
      rxgate: `${dist}/index.js`,
      'rxgate/protocols': `${dist}/protocols/index.js`,
      'rxgate/io-ts': `${dist}/io-ts/index.js`,
      'rxgate/fp-ts': `${dist}/fp-ts/index.js`,
    },
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
    /node_modules\/(ws|fp-ts|io-ts)\/|nodeSocket|writeByTurns|^\(disabled\)|dist\/esm\/(server|node|io-ts\/generate)\//.test(
      file,
    ),
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

line('bundle', 'min', 'min+gzip', 'goal', 'ceiling');
for (const bundle of bundles) {
  try {
    const { strangers, files, ...size } = await measure(bundle);
    const base = bundle.beside ? await measure(bundle.beside) : { min: 0, gzip: 0 };
    const [min, gzip] = [size.min - base.min, size.gzip - base.gzip];
    const over = gzip > bundle.ceiling;
    line(bundle.name, kB(min), kB(gzip), kB(bundle.goal), kB(bundle.ceiling), over ? 'OVER' : '');
    if (process.argv.includes('--why'))
      for (const { file, bytes } of files.filter(({ bytes }) => bytes).sort((a, b) => b.bytes - a.bytes))
        line(`  ${file}`, kB(bytes));
    if (over) failures.push(`${bundle.name}: ${gzip} bytes, ${gzip - bundle.ceiling} above the ceiling`);
    if (strangers.length) failures.push(`${bundle.name}: not for a browser: ${strangers.join(', ')}`);
  } catch (error) {
    line(bundle.name, '-', '-', kB(bundle.goal), kB(bundle.ceiling), 'BROKEN');
    for (const { text, location } of error.errors ?? [{ text: String(error) }])
      failures.push(`${bundle.name}: ${text}${location ? ` (${location.file}:${location.line})` : ''}`);
  }
}
for (const failure of failures) console.error(failure);
process.exitCode = failures.length ? 1 : 0;
