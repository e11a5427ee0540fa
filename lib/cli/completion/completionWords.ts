import type { CliCommand, CliOption } from '../command.js';

/** What may stand in a place: paths, one of some words, or what no shell can know. */
export type Place = 'files' | 'nothing' | readonly string[];

/** An option as it is typed, and what it takes; `takes` is absent for a flag. */
export interface OptionWords {
  readonly name: string;
  readonly short?: string;
  readonly help: string;
  readonly multiple: boolean;
  readonly value?: string;
  readonly takes?: Place;
}

/** A command as it is typed, with its options and what its arguments are. */
export interface CommandWords {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly OptionWords[];
  readonly takes: Place;
}

const isPath = (value: string): boolean => value === 'FILE' || value === 'DIR';

const optionWords = (name: string, { short, help, multiple, value, choices }: CliOption): OptionWords => ({
  name,
  help,
  multiple: multiple === true,
  ...(short !== undefined && { short }),
  ...(value !== undefined && { value, takes: choices ?? (isPath(value) ? 'files' : 'nothing') }),
});

const helpOption: OptionWords = { name: 'help', short: 'h', help: 'prints what is possible', multiple: false };

/** What stands in the place of a command: options of the program itself. */
export const programOptions: readonly OptionWords[] = [
  helpOption,
  { name: 'version', help: 'prints the version of rxgate', multiple: false },
];

/** What can be typed after `rxgate`, for the scripts of all shells: the commands, and `help`, which is none. */
export const completionWords = (commands: readonly CliCommand[]): readonly CommandWords[] => [
  ...commands.map(({ name, summary, options, completes }) => ({
    name,
    summary,
    options: [...Object.entries(options).map(([option, described]) => optionWords(option, described)), helpOption],
    takes: completes,
  })),
  { name: 'help', summary: 'says what a command takes', options: [], takes: commands.map(({ name }) => name) },
];
