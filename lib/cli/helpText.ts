import type { CliCommand, CliOption } from './command.js';

const columns = (rows: readonly (readonly [left: string, right: string])[]): string => {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}\n`).join('');
};

const optionText = (name: string, { short, value }: CliOption): string =>
  `${short === undefined ? '    ' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`;

/** What `rxgate --help` prints. */
export const helpText = (commands: readonly CliCommand[]): string => `rxgate: typed clients and tools for WebSocket gateways

Usage
  rxgate <command> [arguments]

Commands
${columns(commands.map(({ name, summary }) => [name, summary]))}
Try
  rxgate <command> --help      what a command takes, with examples
  rxgate --version             the version of rxgate

Results go to standard output, all else to standard error. Exit codes: 0 it is done, 1 it failed, 2 the command line is wrong.
`;

/** What `rxgate <command> --help` prints. */
export function commandHelp({ name, summary, usage, about, options, examples }: CliCommand): string {
  const rows = Object.entries(options).map(([option, described]) => [optionText(option, described), described.help] as const);
  return `rxgate ${name}: ${summary}

Usage
  rxgate ${name} ${usage}

${about.trim()}

Options
${columns([...rows, ['-h, --help', 'prints this']])}
Examples
${examples.map(([line, what]) => `  # ${what}\n  ${line}\n`).join('\n')}`;
}
