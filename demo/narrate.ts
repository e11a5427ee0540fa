// What the demo tells, in words.
import type { ConnectionState, GatewayEvent, Settled } from 'rxgate';
import type { Bar } from './bars.js';
import type { Receipt } from './journal.js';
import type { Order } from './orders.js';
import type { Averaged } from './signals.js';
import type { Tally } from './tally.js';

export const thousands = (count: number): string => count.toLocaleString('en-US');
export const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;
export const plural = (count: number, what: string): string => `${thousands(count)} ${what}${count === 1 ? '' : 's'}`;
const price = (value: number): string => value.toFixed(2).padStart(7);
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export const introduction = (days: number, speed: number): readonly string[] => [
  `${thousands(days)} trading days of the S&P 500, ${thousands(speed)} of them per second. In the middle, with an order`,
  'under way, the gateway is killed. Ctrl-C drains and ends.',
  '',
];

export function describeState(state: ConnectionState): string {
  switch (state.status) {
    case 'connecting':
      return `connecting, attempt ${state.attempt}`;
    case 'connected':
      return 'connected, logging in';
    case 'reconnecting':
      return `reconnecting in ${seconds(state.delay)}, attempt ${state.attempt}: ${messageOf(state.cause)}`;
    default:
      return state.status;
  }
}

/** Only what the states do not tell. */
export function describeEvent(event: GatewayEvent): string | undefined {
  switch (event.type) {
    case 'resumed':
      return `session ${event.session}: subscribes to ${plural(event.topics, 'topic')}, sends ${plural(event.sent, 'waiting request')}`;
    case 'subscribed':
      return `${event.topic} is confirmed`;
    case 'refused':
      return `${event.topic} is refused: ${event.code}`;
    default:
      return undefined;
  }
}

export const describeDay = ({ bar, fast, slow }: Averaged): string =>
  `${bar.date}  day  ${price(bar.close)}   50 days ${price(fast)}   200 days ${price(slow)}`;

export const describeWeek = ({ date, close, low, high }: Bar): string =>
  `${date}  week ${price(close)}   lowest  ${price(low)}   highest  ${price(high)}`;

export const describeOrder = ({ number, side, date, price: at }: Order): string =>
  `${date}  #${String(number).padEnd(3)} ${price(at)}   ${side === 'buy' ? 'buy: golden' : 'sell: death'} cross`;

export function describeResult(result: Settled<Order, Receipt>): string {
  const { number, date, price: at } = result.item;
  const what = 'error' in result ? messageOf(result.error) : result.reply.repeated ? 'done; sent twice, executed once' : 'done';
  return `${date}  #${String(number).padEnd(3)} ${price(at)}   ${what}`;
}

export function describeProgress({ days, confirmed, status }: Tally, total: number): string {
  const done = (days % total || (days && total)) / total;
  const bar = '█'.repeat(Math.floor(done * 20)).padEnd(20, '░');
  return `  ${bar} ${Math.floor(done * 100)} %   ${thousands(days)} bars   ${confirmed} orders   ${status}`;
}
