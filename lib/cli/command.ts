import type { Terminal } from './terminal.js';

/** An option of a command, as `parseArgs` takes it, and what the help says of it. */
export interface CliOption {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  readonly multiple?: true;
  /** What stands for its value: `N`. Paths are completed for `FILE` and `DIR`. */
  readonly value?: string;
  /** The values that it takes, for completion. */
  readonly choices?: readonly string[];
  readonly help: string;
}

/** What was given on the command line. */
export interface CliArguments {
  readonly positionals: readonly string[];
  /** The value of an option of type `string`, the last one given. */
  text(name: string): string | undefined;
  /** All values of an option that may be given several times. */
  texts(name: string): readonly string[];
  flag(name: string): boolean;
}

/** A command of the program `rxgate`. */
export interface CliCommand {
  readonly name: string;
  /** What it does, in one line. */
  readonly summary: string;
  /** Its arguments: `DOCUMENT --out DIR`. */
  readonly usage: string;
  /** What one has to know to use it. */
  readonly about: string;
  readonly options: Readonly<Record<string, CliOption>>;
  readonly examples: readonly (readonly [line: string, what: string])[];
  /** What completion offers for its arguments: files, nothing, or these words. */
  readonly completes: 'files' | 'nothing' | readonly string[];
  /** Does it. Gives the exit code: 0 it is done, 1 it failed. A UsageError is 2, any other error is printed and 1. */
  run(args: CliArguments, terminal: Terminal): Promise<number>;
}
