// The demo, `npm run demo`: a client of a gateway that replays twenty years of the S&P 500, and is killed in the middle of them.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCounters, createGateway, requestEach, sampleMetrics } from 'rxgate';
import { drainOnSignals } from 'rxgate/node';
import { commandNotify } from 'rxgate/protocols';
import { filter, interval, merge, type Observable, share, takeUntil, tap } from 'rxjs';
import { type Bar, readBars } from './bars.js';
import { completeBars } from './completeBars.js';
import { crash } from './crash.js';
import { startGateway } from './gatewayProcess.js';
import { openJournal, type Receipt } from './journal.js';
import * as say from './narrate.js';
import { readOptions } from './options.js';
import { type Order, toOrders } from './orders.js';
import { crossings, movingAverages } from './signals.js';
import { isAccountedFor, summarise } from './summary.js';
import { createTally } from './tally.js';
import { createTerminal } from './terminal.js';

const { forever, speed } = readOptions();
const days = readBars().length;
const folder = mkdtempSync(join(tmpdir(), 'rxgate-demo-'));
const journal = join(folder, 'journal.jsonl');
process.once('exit', () => rmSync(folder, { recursive: true }));
const terminal = createTerminal();
const tally = createTally();
for (const line of say.introduction(days, speed)) terminal.text(line);

// ── The gateway, in a process of its own ───────────────────────────────────────────────────────────────────────────

const server = await startGateway(['--journal', journal, '--speed', `${speed}`, ...(forever ? ['--forever'] : [])]);
terminal.line('gateway', `listens on port ${server.port}, process ${server.pid}`);

// ── The client ─────────────────────────────────────────────────────────────────────────────────────────────────────

const counters = createCounters();
const gateway = createGateway({
  url: `ws://127.0.0.1:${server.port}`,
  protocol: commandNotify(),
  authenticate: (session) => session.request('POST_LOGIN', { token: 'demo' }),
  heartbeat: { interval: 500, timeout: 1_000 },
  retry: { initialDelay: 200, maxDelay: 1_000 },
  counters,
  events: { next: (event) => terminal.line('topic', say.describeEvent(event)) },
});
// The drain completes all streams below, and with them the demo.
const signals = drainOnSignals(gateway, ['SIGINT', 'SIGTERM'], { exit: () => undefined });

// ── Bars in, signals, orders out ───────────────────────────────────────────────────────────────────────────────────

const barsOf = (resolution: string): Observable<Bar> =>
  completeBars(gateway, resolution, (bars) => {
    tally.fetched += bars.length;
    terminal.line('topic', `bars:SPX:${resolution} missed ${say.plural(bars.length, 'bar')}, which the history has`);
  });

const days$ = barsOf('1D').pipe(share());
const weeks$ = barsOf('1W').pipe(share());
const averages$ = days$.pipe(movingAverages(50, 200), share());
const orders$ = averages$.pipe(crossings(), toOrders(), share());
const results$ = orders$.pipe(
  requestEach<Order, Receipt>(gateway.session, 'orders.place', { concurrency: 8, idempotent: true, settle: true }),
);

// ── What is counted and told ───────────────────────────────────────────────────────────────────────────────────────

const told$ = merge(
  gateway.states.pipe(
    tap((state) => {
      tally.state(state);
      terminal.line('state', say.describeState(state));
    }),
  ),
  interval(100).pipe(tap(() => terminal.status(say.describeProgress(tally, days)))),
).subscribe();

merge(
  days$.pipe(tap(() => tally.days++)),
  weeks$.pipe(tap(() => tally.weeks++)),
  // One line a year of each.
  averages$.pipe(
    filter(({ bar }) => bar.index % 250 === 249),
    tap((averaged) => terminal.line('bar', say.describeDay(averaged))),
  ),
  weeks$.pipe(
    filter(({ index }) => index % 52 === 51),
    tap((bar) => terminal.line('bar', say.describeWeek(bar))),
  ),
  orders$.pipe(
    tap((order) => {
      tally.orders++;
      terminal.line('order', say.describeOrder(order));
    }),
  ),
  results$.pipe(
    tap((result) => {
      tally.result(result);
      terminal.line('receipt', say.describeResult(result));
    }),
  ),
  crash(orders$, server, days).pipe(
    takeUntil(gateway.states.pipe(filter(({ status }) => status === 'closing'))),
    tap((text) => terminal.line('gateway', text)),
  ),
).subscribe({
  error: (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
  complete: () => void finish(),
});

// ── The end: after the last bar, or after Ctrl-C ───────────────────────────────────────────────────────────────────

async function finish(): Promise<void> {
  const report = await gateway.close();
  signals.unsubscribe();
  told$.unsubscribe();
  terminal.clear();
  await server.stop();
  const booked = openJournal(journal).receipts.size;
  for (const line of summarise(tally, sampleMetrics(counters), booked, report)) terminal.text(line);
  if (isAccountedFor(tally, booked)) return;
  terminal.text('An order is not accounted for.');
  process.exitCode = 1;
}
