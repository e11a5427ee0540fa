// The trading demo, `npm run trading`: a datafeed for charts, on a client that was generated from asyncapi.json. A mock gateway, generated as
// well, sends the bars; in the middle it drops the connection.
import { createGateways } from 'rxgate';
import type { Peer } from 'rxgate/server';
import { firstValueFrom, skip, Subject } from 'rxjs';
import { gatewayConfig } from './client/gatewayConfig.js';
import type { GatewayContract } from './client/contract.js';
import { mockGateway } from './client/mockGateway.js';
import type { Bar } from './client/types.js';
import { createDatafeed } from './datafeed.js';
import { barAt } from './market.js';

const say = (tag: string, text: string): void => console.log(`${tag.padEnd(8)} ${text}`);

// ── The gateway: the mock, with bars that change ─────────────────────────────────────────────────────────────────────

const peers = new Set<Peer>();
const listening$ = new Subject<number>();
const port$ = firstValueFrom(listening$);
const mock = mockGateway({
  interval: 100,
  data: { 'bars:{symbol}:{resolution}': barAt },
  listening: ({ port }) => listening$.next(port),
}).subscribe((peer) => {
  peers.add(peer);
  say('gateway', `connection ${peer.id} is there`);
  peer.closed.subscribe(() => peers.delete(peer));
});
const url = `ws://127.0.0.1:${await port$}/api/v1/ws`;

// ── The client: whoever asks for a gateway of this url gets the same one ─────────────────────────────────────────────

const gateways = createGateways<GatewayContract>();
const gatewayOf = () => gateways.get(url, () => gatewayConfig({ url, retry: { initialDelay: 50, maxDelay: 200 } }));
const gateway = gatewayOf();
gateway.events.subscribe((event) => {
  if (event.type === 'subscribed' || event.type === 'unsubscribed') say('topic', `${event.topic} is ${event.type}`);
});
gateway.states.subscribe(({ status }) => say('state', status));

// ── Two charts, each with a datafeed of its own ──────────────────────────────────────────────────────────────────────

const [left, right] = [createDatafeed(gatewayOf()), createDatafeed(gatewayOf())];
const ticks$ = new Subject<string>();
const onTick =
  (chart: string) =>
  (bar: Bar): void => {
    say('bar', `${chart.padEnd(14)} ${new Date(bar.time).toISOString().slice(0, 16)}  ${bar.close.toFixed(2)}`);
    ticks$.next(chart);
  };
/** Resolves once that many more bars came, on any chart. */
const bars = (count: number): Promise<unknown> => firstValueFrom(ticks$.pipe(skip(count - 1)));

left.subscribeBars({ name: 'AAPL' }, '1', onTick('left AAPL/1'), 'left-1');
left.subscribeBars({ name: 'GOOGL' }, '5', onTick('left GOOGL/5'), 'left-2');
right.subscribeBars({ name: 'AAPL' }, '1', onTick('right AAPL/1'), 'right-1');
await bars(6);
say('summary', `3 listeners, ${peers.size} connection`);

// ── The connection is lost, and what was listened to comes back ──────────────────────────────────────────────────────

say('gateway', 'drops the connection');
for (const peer of peers) peer.close(4000, 'restart');
await bars(6);

// ── One listener leaves: the other chart keeps its bars ──────────────────────────────────────────────────────────────

left.unsubscribeBars('left-1');
say('chart', 'left does not listen to AAPL/1 any more');
await bars(2);
right.unsubscribeBars('right-1');
left.close();

await gateways.close();
mock.unsubscribe();
say('summary', 'all is closed');
