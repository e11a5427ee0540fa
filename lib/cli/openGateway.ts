import { createGateway, type Gateway } from '../gateway/createGateway.js';
import { UsageError } from '../errors/usageError.js';
import type { CliArguments, CliOption } from './command.js';
import { protocols } from './protocols.js';
import type { Terminal } from './terminal.js';

/** The options of all commands that connect to a gateway. */
export const gatewayOptions: Readonly<Record<string, CliOption>> = {
  protocol: {
    type: 'string',
    short: 'p',
    value: 'P',
    choices: Object.keys(protocols),
    help: `what the gateway speaks: ${Object.keys(protocols).join(', ')}; default commandNotify`,
  },
  template: {
    type: 'string',
    multiple: true,
    value: 'T',
    help: 'typedTopics: the template of a topic, as bars:{symbol}; may be repeated',
  },
  header: { type: 'string', short: 'H', multiple: true, value: 'NAME:VALUE', help: 'a header of the upgrade; may be repeated' },
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

/** A gateway as the options say; it tells its states on standard error. */
export function openGateway(url: string | undefined, args: CliArguments, terminal: Terminal): Gateway {
  if (url === undefined || !/^wss?:\/\//i.test(url)) throw new UsageError('the address of a gateway begins with ws:// or wss://');
  const protocol = (protocols[args.text('protocol') ?? 'commandNotify'] as (typeof protocols)[string])(args.texts('template'));
  const maxAttempts = numberOf(args, 'attempts', 1);
  const gateway = createGateway({
    url,
    protocol,
    headers: headersOf(args),
    linger: 1_000,
    retry: maxAttempts === undefined ? {} : { maxAttempts },
  });
  if (!args.flag('quiet'))
    gateway.states.subscribe((state) => {
      const { status } = state;
      if (status === 'connected' || status === 'disconnected') return;
      const cause =
        status === 'reconnecting'
          ? `, in ${state.delay} ms: ${state.cause instanceof Error ? state.cause.message : String(state.cause)}`
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
