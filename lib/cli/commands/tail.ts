import { concatMap, from, last, lastValueFrom, map, merge, type Observable, Subject, take, takeUntil, takeWhile } from 'rxjs';
import { notifications } from '../../operators/notifications.js';
import type { CliCommand } from '../command.js';
import { jsonLine } from '../jsonLine.js';
import { gatewayOptions, numberOf, openGateway } from '../openGateway.js';

interface Told {
  readonly topic: string;
  readonly data: unknown;
}

/** `rxgate tail`. */
export const tail: CliCommand = {
  name: 'tail',
  summary: 'prints the notifications of a gateway, a line of JSON each',
  usage: 'URL [TOPIC…] [--protocol P]',
  about: `Subscribes to the topics and prints each notification as a line, { "topic": …, "data": … }; bytes are text in base64.
Without a topic it listens to what comes unasked. It reconnects as the library does, and subscribes again; states and errors go to standard
error. Ctrl-C ends it in order, and so does a reader that goes away (head).`,
  options: { ...gatewayOptions, limit: { type: 'string', short: 'n', value: 'N', help: 'ends after N lines' } },
  examples: [
    ['rxgate tail wss://gw.example/ws bars:AAPL:1 | jq .data.close', 'the closing prices of a topic'],
    [
      "rxgate tail ws://127.0.0.1:8000/ws bars:AAPL:1 --protocol typedTopics --template 'bars:{symbol}:{resolution}'",
      'of a FastWS gateway',
    ],
  ],
  completes: 'nothing',
  async run(args, terminal) {
    const [url, ...topics] = args.positionals;
    const limit = numberOf(args, 'limit', 1);
    const gateway = await openGateway(url, args, terminal);
    const stopped$ = new Subject<void>();
    const stopListening = terminal.onSignal(() => stopped$.next());
    const all: readonly Observable<Told>[] =
      topics.length === 0
        ? [
            gateway.session.pipe(
              notifications(),
              map(({ topic, data }) => ({ topic, data })),
            ),
          ]
        : topics.map((topic) => gateway.topic(topic).pipe(map((data) => ({ topic, data }))));
    const told$ = merge(...all).pipe(takeUntil(stopped$));
    try {
      await lastValueFrom(
        (limit === undefined ? told$ : told$.pipe(take(limit))).pipe(
          concatMap(({ topic, data }) => from(terminal.print(jsonLine({ topic, data })))),
          // Nobody reads any more.
          takeWhile(Boolean, true),
          last(undefined, true),
        ),
      );
      return 0;
    } finally {
      stopListening();
      await gateway.close();
    }
  },
};
