import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const lib = fileURLToPath(new URL('../../lib', import.meta.url));
const textOf = (file: string): string => readFileSync(join(lib, file), 'utf8');
const filesIn = (folder: string): string[] =>
  readdirSync(join(lib, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name));

/** What a file imports at run time: the names, by the file or the package. Types leave no trace. */
const importsOf = (file: string): readonly (readonly [from: string, names: readonly string[]])[] =>
  [...textOf(file).matchAll(/^(?:im|ex)port (?!type\b)\{([^}]*)\} from '([^']+)'/gm)].flatMap(([, list = '', from = '']) => {
    const names = list.split(',').flatMap((name) => /^\s*(?!type\b)(\w+)/.exec(name)?.[1] ?? []);
    const target = from.startsWith('.') ? relative(lib, join(lib, dirname(file), from.replace(/\.js$/, '.ts'))) : from;
    return names.length > 0 ? [[target, names] as const] : [];
  });
const closureOf = (file: string, found = new Set<string>()): ReadonlySet<string> => {
  if (found.has(file) || !file.endsWith('.ts')) return found;
  found.add(file);
  for (const [from] of importsOf(file)) closureOf(from, found);
  return found;
};

/** The adapters, each with what the names of its own files have in them. */
const adapters: Readonly<Record<string, RegExp>> = {
  commandNotify: /commandNotify/i,
  graphqlTransportWs: /graphql/,
  jsonRpc: /jsonRpc/,
  phoenix: /phoenix/,
  socketIo: /socketIo/,
  stomp: /stomp/,
  typedTopics: /typedTopics|replyLines|TopicName/,
};

describe('the adapters', () => {
  const files = filesIn('protocols').filter((name) => !name.endsWith('index.ts'));

  it('import no I/O, no timers and no library: of rxjs only what phoenixPresence is made of', () => {
    const strangers = files.flatMap((file) =>
      importsOf(file)
        .filter(([from]) => !/^(protocols|options|errors)\//.test(from))
        .map(([from, names]) => [file, from, ...names]),
    );
    expect(strangers).to.deep.equal([['protocols/phoenixPresence.ts', 'rxjs', 'defer', 'filter', 'map']]);
  });

  for (const [name, own] of Object.entries(adapters))
    it(`${name} brings the code of no other one`, () => {
      const closure = [...closureOf(`protocols/${name}.ts`)];
      expect(closure.filter((file) => own.test(file))).to.have.length.above(1);
      const others = Object.values(adapters).filter((other) => other !== own);
      expect(closure.filter((file) => others.some((other) => other.test(file)))).to.deep.equal([]);
    });

  it('are all looked at here', () => {
    const made = files.filter((file) => /^export function \w+\(.*\): Protocol \{/m.test(textOf(file)));
    expect(made).to.have.members(Object.keys(adapters).map((name) => `protocols/${name}.ts`));
  });

  it('are not told apart by their names where sessions, stages and servers are made', () => {
    const folders = ['connection', 'operators', 'gateway', 'events', 'server', 'backoff', 'contract'];
    const code = folders.flatMap(filesIn).map((file) => [file, textOf(file).replace(/\/\*[^]*?\*\/|\/\/.*/g, '')] as const);
    expect(code).to.have.length.above(100);
    const named = new RegExp(`protocol\\??\\.name\\b|['"\`](${Object.keys(adapters).join('|')})['"\`]`);
    expect(code.filter(([, text]) => named.test(text)).map(([file]) => file)).to.deep.equal([]);
  });
});
