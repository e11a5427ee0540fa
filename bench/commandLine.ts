import { parseArgs } from 'node:util';

/** What a run is asked for. */
export interface CommandLine {
  /** Empty: all. */
  readonly names: readonly string[];
  readonly only: 'ours' | readonly string[] | undefined;
  readonly rounds: number;
  readonly write: boolean;
  readonly profile: boolean;
}

const fewest = 9;

/** Reads the command line; ends the program where it makes no sense. */
export function readCommandLine(known: readonly string[], peers: readonly string[]): CommandLine {
  const help = `npm run bench -- [name …] [options]

  name             one of: ${known.join(', ')}. Default: all
  --only ours      the raw clients and rxgate alone: needs no \`npm ci --prefix bench\`
  --only a,b       these clients of: ${peers.join(', ')}. The raw ones are always there
  --rounds n       default ${fewest}; fewer are for a look only
  --write          writes docs/BENCHMARKS.md with what was run; when all was run it is written anyway
  --profile        no table: a CPU profile of rxgate and of the raw client into out/, and where the time goes`;
  const fail = (text: string): never => {
    console.error(`${text}\n\n${help}`);
    process.exit(2);
  };
  const options = {
    only: { type: 'string' },
    rounds: { type: 'string' },
    write: { type: 'boolean' },
    profile: { type: 'boolean' },
    help: { type: 'boolean' },
  } as const;
  const read = () => {
    try {
      return parseArgs({ options, allowPositionals: true });
    } catch (error) {
      return fail((error as Error).message);
    }
  };
  const { values, positionals } = read();
  if (values.help) {
    console.log(help);
    process.exit(0);
  }
  const rounds = Number(values.rounds ?? fewest);
  if (!Number.isInteger(rounds) || rounds < 1) fail(`--rounds must be a whole number from 1, not ${values.rounds}`);
  const unknown = positionals.filter((name) => !known.includes(name));
  if (unknown.length > 0) fail(`No such benchmark: ${unknown.join(', ')}`);
  const wanted = values.only?.split(',');
  const strangers = (wanted ?? []).filter((name) => name !== 'ours' && !peers.includes(name));
  if (strangers.length > 0) fail(`No such client: ${strangers.join(', ')}`);
  const only = wanted?.includes('ours')
    ? 'ours'
    : wanted && peers.filter((name) => name === 'raw' || name === 'rawRx' || wanted.includes(name));
  return { names: positionals, only, rounds, write: !!values.write, profile: !!values.profile };
}
