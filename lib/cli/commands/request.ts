import { concatMap, from, last, lastValueFrom, Subject, takeUntil, takeWhile, tap } from 'rxjs';
import { UsageError } from '../../errors/usageError.js';
import type { CliCommand } from '../command.js';
import { jsonLine } from '../jsonLine.js';
import { gatewayOptions, numberOf, openGateway } from '../openGateway.js';

const parsed = (text: string | undefined): unknown => {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`request: the data must be JSON; a text stands in quotes of its own, '"like this"'`);
  }
};

/** `rxgate request`. */
export const request: CliCommand = {
  name: 'request',
  summary: 'sends a command to a gateway and prints the reply as JSON',
  usage: 'URL COMMAND [JSON] [--protocol P]',
  about: `Asks the gateway and prints the reply as a line of JSON; with --stream every reply. An error reply, a timeout and a lost connection fail:
the exit code is 1, the reason goes to standard error.`,
  options: {
    ...gatewayOptions,
    stream: { type: 'boolean', help: 'prints replies until there are no more' },
    timeout: {
      type: 'string',
      value: 'MS',
      help: 'milliseconds to wait for the first reply, connecting included; default 10000',
    },
  },
  examples: [
    [`rxgate request wss://gw.example/ws orders.place '{"symbol":"SPX","quantity":2}' | jq .id`, 'place an order'],
    ['rxgate request ws://127.0.0.1:8080 history --stream > bars.ndjson', 'all replies of a stream'],
  ],
  completes: 'nothing',
  async run(args, terminal) {
    const [url, command, json, ...more] = args.positionals;
    if (command === undefined) throw new UsageError('request: which command?');
    if (more.length > 0) throw new UsageError('request: one piece of JSON at most; quote it for your shell');
    const data = parsed(json);
    const timeout = numberOf(args, 'timeout', 1);
    const gateway = await openGateway(url, args, terminal);
    const stopped$ = new Subject<void>();
    let stopped = false;
    const stopListening = terminal.onSignal(() => stopped$.next());
    const replies$ = gateway
      .request(command, data, { stream: args.flag('stream'), timeout })
      .pipe(takeUntil(stopped$.pipe(tap(() => (stopped = true)))));
    try {
      await lastValueFrom(
        replies$.pipe(
          concatMap((reply) => from(terminal.print(jsonLine(reply)))),
          takeWhile(Boolean, true),
          last(undefined, true),
        ),
      );
      return stopped ? 1 : 0;
    } finally {
      stopListening();
      await gateway.close();
    }
  },
};
