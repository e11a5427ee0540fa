import { parseArgs } from 'node:util';
import { UsageError } from '../errors/usageError.js';
import type { CliArguments, CliCommand } from './command.js';
import { commandHelp, helpText } from './helpText.js';
import type { Terminal } from './terminal.js';

/** Characters of what a gateway says about a refusal. */
const mostTold = 1_000;

/** Why a message cannot be written. What typedTopics misses is an option here. */
const reasonOf = ({ message }: Error): string =>
  message === 'No template fits' ? "no template fits: --template 'bars:{symbol}' tells that of a topic" : message;

/** What went wrong, and what a gateway that refused said about it. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { kind, data, direction } = error as {
    readonly kind?: unknown;
    readonly data?: unknown;
    readonly direction?: unknown;
  };
  if (kind === 'malformedMessage' && direction === 'out' && error.cause instanceof Error)
    return `${error.message}: ${reasonOf(error.cause)}`;
  const told = (kind === 'requestFailed' || kind === 'subscriptionRejected') && data !== undefined;
  return told ? `${error.message} ${JSON.stringify(data).slice(0, mostTold)}` : error.message;
}

function readArguments({ name, options }: CliCommand, given: readonly string[]): CliArguments {
  const known = Object.fromEntries(
    Object.entries(options).map(([option, { type, short, multiple = false }]) => [
      option,
      { type, multiple, ...(short !== undefined && { short }) },
    ]),
  );
  let parsed: { values: Record<string, unknown>; positionals: string[] };
  try {
    parsed = parseArgs({ args: [...given], options: known, allowPositionals: true, strict: true });
  } catch (cause) {
    throw new UsageError(`${name}: ${messageOf(cause)}`, { cause });
  }
  const { values, positionals } = parsed;
  for (const [option, { choices }] of Object.entries(options)) {
    const value = values[option];
    if (choices && typeof value === 'string' && !choices.includes(value))
      throw new UsageError(`${name}: --${option} must be one of ${choices.join(', ')}, not "${value}"`);
  }
  return {
    positionals,
    text: (option) => values[option] as string | undefined,
    texts: (option) => (values[option] ?? []) as readonly string[],
    flag: (option) => values[option] === true,
  };
}

/** What a program of this name prints for help, or nothing for a command that is not known. */
const nearest = (name: string, commands: readonly CliCommand[]): string => {
  const near = commands.find((command) => command.name.startsWith(name.slice(0, 2)));
  return near ? ` Did you mean "${near.name}"?` : '';
};

async function runCommand(command: CliCommand, given: readonly string[], terminal: Terminal): Promise<number> {
  const own = given.slice(0, given.includes('--') ? given.indexOf('--') : undefined);
  if (own.includes('--help') || own.includes('-h')) {
    await terminal.print(commandHelp(command).trimEnd());
    return 0;
  }
  return command.run(readArguments(command, given), terminal);
}

/**
 * Runs the program `rxgate` with its arguments. Resolves with the exit code, and never rejects: what goes wrong is told on standard error, in one line.
 */
export async function runCli(
  [name, ...given]: readonly string[],
  commands: readonly CliCommand[],
  terminal: Terminal,
  version: string,
): Promise<number> {
  const failed = (text: string): void => terminal.note(`${terminal.colour('red', 'rxgate:')} ${text}`);
  try {
    if (name === undefined) {
      terminal.note(helpText(commands).trimEnd());
      return 2;
    }
    if (name === '--version' || name === '--help' || name === '-h' || (name === 'help' && given.length === 0)) {
      await terminal.print(name === '--version' ? version : helpText(commands).trimEnd());
      return 0;
    }
    const [wanted, args] = name === 'help' ? [given[0], ['--help']] : [name, given];
    const command = commands.find((one) => one.name === wanted);
    if (!command) throw new UsageError(`there is no command "${wanted ?? ''}".${nearest(wanted ?? '', commands)}`);
    return await runCommand(command, args, terminal);
  } catch (error) {
    failed(messageOf(error));
    if (!(error instanceof UsageError)) return 1;
    terminal.note(`rxgate ${commands.some((one) => one.name === name) ? `${name} ` : ''}--help shows what is possible`);
    return 2;
  }
}
