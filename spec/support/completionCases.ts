import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commands } from '../../lib/cli/commands/index.js';
import { type CommandWords, completionWords } from '../../lib/cli/completion/completionWords.js';

const names = commands.map(({ name }) => name);

/** What is typed, and what a shell is to offer; in a folder with `asyncapi.json` and the folder `client`. */
const cases: readonly (readonly [typed: string, offered: readonly string[]])[] = [
  ['rxgate ', [...names, 'help']],
  ['rxgate ge', ['generate']],
  ['rxgate --', ['--help', '--version']],
  ['rxgate help ex', ['export']],
  ['rxgate completion ', ['bash', 'zsh', 'fish']],
  ['rxgate generate --p', ['--perspective']],
  ['rxgate diff --h', ['--help']],
  ['rxgate generate as', ['asyncapi.json']],
  ['rxgate generate asyncapi.json --out cl', ['client']],
  ['rxgate generate -o cl', ['client']],
  ['rxgate generate --perspective ', ['gateway', 'client']],
  ['rxgate tail --protocol st', ['stomp']],
  ['rxgate tail -p gr', ['graphqlTransportWs']],
  ['rxgate tail --protocol=so', ['socketIo']],
  ['rxgate tail --credentials as', ['asyncapi.json']],
  // What no shell can know is not taken for a file.
  ['rxgate tail --header ', []],
  ['rxgate tail -n ', []],
  ['rxgate tail ', []],
  // The name of a command is an argument like any other, after the first.
  ['rxgate tail ws://127.0.0.1 export --api', []],
  ["rxgate request -O 'a:b=c' -H 'A: b' ws://127.0.0.1 export --str", ['--stream']],
];

/** `--out=` and `client/` are how shells say that more may follow. */
const bare = (word: string): string => word.replace(/^--\w+=(?=.)/, '').replace(/[=/]$/, '');

/**
 * Checks what a shell makes of its script. `offers` is asked once, with all lines, in a folder that has the script in `script`; it gives
 * what it offers for each line.
 */
export async function checkCompletion(
  write: (commands: readonly CommandWords[]) => string,
  offers: (folder: string, typed: readonly string[]) => Promise<readonly (readonly string[])[]>,
): Promise<Record<'wanted' | 'found', Record<string, readonly string[]>>> {
  const folder = mkdtempSync(join(tmpdir(), 'rxgate-completion-'));
  try {
    writeFileSync(join(folder, 'script'), write(completionWords(commands)));
    writeFileSync(join(folder, 'asyncapi.json'), '{}');
    mkdirSync(join(folder, 'client'));
    const found = await offers(
      folder,
      cases.map(([typed]) => typed),
    );
    return {
      wanted: Object.fromEntries(cases.map(([typed, offered]) => [typed, [...offered].sort()])),
      found: Object.fromEntries(cases.map(([typed], index) => [typed, [...new Set(found[index]?.map(bare))].sort()])),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The words of each line, of an output that has a line with `==` after each. */
export const offersIn = (output: string): readonly (readonly string[])[] =>
  output
    .replaceAll('\r', '')
    .split(/^==\n/m)
    .map((group) => group.split('\n').flatMap((line) => line.split('\t')[0]?.trim() || []));
