import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { takeWhile } from 'rxjs';
import { createGateway, type Gateway } from '../gateway/createGateway.js';
import { UsageError } from '../errors/usageError.js';
import type { CliArguments, CliOption } from './command.js';
import { protocolOf, protocolOptions } from './protocols.js';
import type { Terminal } from './terminal.js';

/** The options of all commands that connect to a gateway. */
export const gatewayOptions: Readonly<Record<string, CliOption>> = {
  ...protocolOptions,
  header: { type: 'string', short: 'H', multiple: true, value: 'NAME:VALUE', help: 'a header of the upgrade; may be repeated' },
  credentials: {
    type: 'string',
    value: 'FILE',
    help: 'a file of JSON with what the greeting carries; stomp: { "login", "passcode", "host" }',
  },
  attempts: { type: 'string', value: 'N', help: 'attempts to connect in a row until it gives up; default: it goes on for ever' },
  quiet: { type: 'boolean', short: 'q', help: 'tells no states, errors only' },
};

function headersOf(args: CliArguments): Record<string, string> {
  return Object.fromEntries(
    args.texts('header').map((header) => {
      const [, name, value] = /^([^:\s]+):\s*(.*)$/.exec(header) ?? [];
      if (name === undefined || value === undefined) throw new UsageError(`--header is NAME:VALUE`);
      return [name, value];
    }),
  );
}

/** A number that an option holds. */
export function numberOf(args: CliArguments, option: string, least: number): number | undefined {
  const text = args.text(option);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isInteger(value) || value < least)
    throw new UsageError(`--${option} must be a whole number from ${least}, not "${text}"`);
  return value;
}

/** What the greeting carries. From a file: what stands on a command line can be seen by all users of a machine. */
async function credentialsOf(args: CliArguments, { folder }: Terminal): Promise<unknown> {
  const path = args.text('credentials');
  if (path === undefined) return undefined;
  let text: string;
  try {
    text = await readFile(resolve(folder, path), 'utf8');
  } catch (cause) {
    throw new UsageError(`--credentials: ${path} cannot be read (${(cause as NodeJS.ErrnoException).code ?? 'unknown'})`, {
      cause,
    });
  }
  try {
    return JSON.parse(text);
  } catch {
    // Without the cause: it quotes the file.
    throw new UsageError(`--credentials: ${path} is no JSON`);
  }
}

/** A gateway as the options say; it tells its states on standard error. */
export async function openGateway(url: string | undefined, args: CliArguments, terminal: Terminal): Promise<Gateway> {
  if (url === undefined || !URL.canParse(url) || !/^wss?:$/i.test(new URL(url).protocol))
    throw new UsageError('the address of a gateway begins with ws:// or wss://');
  const protocol = protocolOf(args);
  const maxAttempts = numberOf(args, 'attempts', 1);
  const credentials = await credentialsOf(args, terminal);
  const gateway = createGateway({
    url,
    protocol,
    headers: headersOf(args),
    credentials,
    linger: 1_000,
    retry: maxAttempts === undefined ? {} : { maxAttempts },
  });
  if (!args.flag('quiet'))
    // An end is told once: what closes the gateway after it is ours.
    gateway.states.pipe(takeWhile(({ status }) => status !== 'closed', true)).subscribe((state) => {
      const { status } = state;
      if (status === 'connected' || status === 'disconnected') return;
      const cause =
        status === 'reconnecting'
          ? `, in ${(state.delay / 1_000).toFixed(1)} s: ${state.cause instanceof Error ? state.cause.message : String(state.cause)}`
          : '';
      terminal.note(
        terminal.colour(
          status === 'authenticated' ? 'green' : 'dim',
          `${status === 'authenticated' ? 'connected' : status}${cause}`,
        ),
      );
    });
  return gateway;
}
