// The gateway of the demo, a process of its own: commands, topics, and a journal that outlives it.
import { parseArgs } from 'node:util';
import { delay, of } from 'rxjs';
import { heartbeat, RequestFailedError, SubscriptionRejectedError } from 'rxgate';
import { commandNotify } from 'rxgate/protocols';
import { type CommandHandler, commands, type Peer, serve, type TopicHandler, topics } from 'rxgate/server';
import { openJournal } from './journal.js';
import { createMarket } from './market.js';
import type { Order } from './orders.js';

const { values: options } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    journal: { type: 'string', default: 'journal.jsonl' },
    speed: { type: 'string', default: '340' },
    forever: { type: 'boolean', default: false },
  },
});

const journal = openJournal(options.journal);
const market = createMarket({ opened: journal.opened, daysPerSecond: Number(options.speed), forever: options.forever });
const users = new WeakSet<Peer>();

const logIn: CommandHandler<Peer> = ({ token }: { token: string }, { peer }) => {
  if (token !== 'demo') throw new RequestFailedError('POST_LOGIN', 'UNAUTHORIZED');
  users.add(peer);
  return { user: 'demo' };
};

const history: CommandHandler = ({ resolution, from, to }: { resolution: string; from: number; to: number }) =>
  market.history(resolution, from, to);

const placeOrder: CommandHandler<Peer> = ({ number, price }: Order, { peer, key = `${number}` }) => {
  if (!users.has(peer)) throw new RequestFailedError('orders.place', 'FORBIDDEN', undefined, { detail: 'log in first' });
  // The client never heard of the first receipt and asks again, with the same key.
  const known = journal.receipts.get(key);
  if (known) return { ...known, repeated: true };
  const receipt = { order: number, price };
  journal.record(key, receipt);
  // An exchange takes its time, enough to be cut off.
  return of(receipt).pipe(delay(100));
};

const bars: TopicHandler = ({ resolution = '' }) => {
  if (!['1D', '1W'].includes(resolution)) throw new SubscriptionRejectedError(`bars:SPX:${resolution}`, 'NO_SUCH_SERIES');
  return market.live(resolution);
};

serve({
  port: Number(options.port),
  host: '127.0.0.1',
  protocol: commandNotify(),
  listening: ({ port }) => (process.send ? process.send({ port }) : console.log(`listening on ws://127.0.0.1:${port}`)),
})
  .pipe(
    heartbeat(),
    commands({ POST_LOGIN: logIn, 'bars.history': history, 'orders.place': placeOrder }),
    topics({ 'bars:SPX:{resolution}': bars }),
  )
  .subscribe();

if (process.send) {
  // It ends with the demo. Ctrl-C is for the client, which has requests to finish.
  process.on('disconnect', () => process.exit());
  process.on('SIGINT', () => undefined);
}
