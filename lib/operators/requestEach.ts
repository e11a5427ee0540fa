import { Observable, type OperatorFunction, type Subscriber, Subscription } from 'rxjs';
import type { AnySession, RequestOptions, Session } from '../connection/session.js';
import type { CommandName, Contract, Untyped } from '../contract/contract.js';
import { OutboxOverflowError } from '../errors/gatewayErrors.js';
import { checkCount, checkFunction, checkObject, checkThat } from '../options/check.js';
import { request } from './request.js';

/** Options of {@link requestEach}; those of a request apply to each. */
export interface RequestEachConfig extends Omit<RequestOptions, 'stream' | 'signal' | 'idempotent'> {
  /** As of a request; each item has a key of its own, so it is `true` or `false`. Default `false`. */
  readonly idempotent?: boolean | undefined;
  /** How many requests are under way at once. Default 1: one after another. */
  readonly concurrency?: number | undefined;
  /** Replies in the order of the items, whichever comes first. Default `false`. */
  readonly ordered?: boolean | undefined;
  /** A request that fails is a result like any other: results are `{ item, reply }` or `{ item, error }`. Default `false`. */
  readonly settle?: boolean | undefined;
  /** How many items may wait for their turn; one beyond fails with `OutboxOverflowError`. Default 1 000. */
  readonly maxWaiting?: number | undefined;
}

/** With `settle`: what became of an item. */
export type Settled<Item, Reply> =
  | { readonly item: Item; readonly reply: Reply }
  | { readonly item: Item; readonly error: unknown };

/** What each item asks: a command, with the item as its data, or a function that makes both of it. */
export type CommandOf<Item> = string | ((item: Item) => readonly [command: string, data?: unknown]);

/** What a function may ask of a contract: a command with its data, which may be left out where it may be `undefined`. */
export type CommandCall<C extends Contract> = {
  readonly [K in CommandName<C>]: undefined extends C['commands'][K]['request']
    ? readonly [command: K, data?: C['commands'][K]['request']]
    : readonly [command: K, data: C['commands'][K]['request']];
}[CommandName<C>];

/** The result of one item, once there is one. */
interface Turn<Item> {
  readonly item: Item;
  result?: { readonly value: unknown };
}

/** Runs the items of one subscription. */
function runEach<Item>(
  source: Observable<Item>,
  ask: (item: Item) => Observable<unknown>,
  {
    concurrency,
    ordered,
    settle,
    maxWaiting,
  }: Required<Pick<RequestEachConfig, 'ordered' | 'settle'>> & { concurrency: number; maxWaiting: number },
  subscriber: Subscriber<unknown>,
): void {
  const line: Turn<Item>[] = [];
  const unfinished: Turn<Item>[] = [];
  const asking = new Subscription();
  let active = 0;
  let done = false;
  let pumping = false;
  subscriber.add(asking);

  const finish = (turn: Turn<Item>, value: unknown): void => {
    if (!ordered) {
      subscriber.next(value);
      return;
    }
    turn.result = { value };
    for (let first = unfinished[0]; first?.result; first = unfinished[0]) {
      unfinished.shift();
      subscriber.next(first.result.value);
    }
  };
  const fail = (turn: Turn<Item>, error: unknown): void => {
    if (settle) finish(turn, { item: turn.item, error });
    else subscriber.error(error);
  };
  const pump = (): void => {
    // What is settled at once pumps from within: a long line must not become a deep stack.
    if (pumping) return;
    pumping = true;
    while (active < concurrency && line.length > 0 && !subscriber.closed) begin(line.shift() as Turn<Item>);
    pumping = false;
    if (done && active === 0 && line.length === 0) subscriber.complete();
  };
  const begin = (turn: Turn<Item>): void => {
    active++;
    const asked = new Subscription();
    asking.add(asked);
    const over = (): void => {
      active--;
      asking.remove(asked);
      pump();
    };
    asked.add(
      askSafely(turn.item).subscribe({
        next: (reply) => {
          finish(turn, settle ? { item: turn.item, reply } : reply);
        },
        error: (error: unknown) => {
          fail(turn, error);
          over();
        },
        complete: over,
      }),
    );
  };
  const askSafely = (item: Item): Observable<unknown> => {
    try {
      return ask(item);
    } catch (error) {
      return new Observable((inner) => {
        inner.error(error);
      });
    }
  };

  subscriber.add(
    source.subscribe({
      next: (item) => {
        const turn: Turn<Item> = { item };
        if (ordered) unfinished.push(turn);
        if (active >= concurrency && line.length >= maxWaiting) fail(turn, new OutboxOverflowError(maxWaiting));
        else {
          line.push(turn);
          pump();
        }
      },
      error: (error: unknown) => {
        subscriber.error(error);
      },
      complete: () => {
        done = true;
        pump();
      },
    }),
  );
}

/**
 * Makes a request of each item, so many at once.
 *
 * Emits the replies as they come, or with `ordered` in the order of the items; with `settle`, `{ item, reply }` or `{ item, error }`.
 * Errors with the first request that fails, unless `settle`; with `OutboxOverflowError` when more than `maxWaiting` items wait for their
 * turn (the source is faster than the gateway; with `settle` that item fails alone); and with the source. Completes when the source
 * has and every item is answered. Unsubscribing cancels what is under way and sends nothing more. On reconnect, a request under way
 * has failed, and those that wait are sent on the next session: see `request`. On a typed stream the items are the command's requests;
 * a function gives `[command, data]` of the contract. TypeError or RangeError at the call, with the name of the option that is invalid.
 *
 * @example
 * const receipts$ = orders$.pipe(requestEach(session$, 'orders.place', { concurrency: 8 }));
 * const cancelled$ = orders$.pipe(requestEach(session$, ({ id }) => ['orders.cancel', { id }]));
 */
export function requestEach<Item, C extends Contract, const Call extends CommandCall<C>>(
  session$: Observable<Session<C>>,
  command: (item: Item) => Call,
  config: RequestEachConfig & { readonly settle: true },
): OperatorFunction<Item, Settled<Item, C['commands'][Call[0]]['reply']>>;
export function requestEach<Item, C extends Contract, const Call extends CommandCall<C>>(
  session$: Observable<Session<C>>,
  command: (item: Item) => Call,
  config?: RequestEachConfig,
): OperatorFunction<Item, C['commands'][Call[0]]['reply']>;
export function requestEach<C extends Contract, K extends CommandName<C>, Item extends C['commands'][K]['request']>(
  session$: Observable<Session<C>>,
  command: K,
  config: RequestEachConfig & { readonly settle: true },
): OperatorFunction<Item, Settled<Item, C['commands'][K]['reply']>>;
export function requestEach<C extends Contract, K extends CommandName<C>>(
  session$: Observable<Session<C>>,
  command: K,
  config?: RequestEachConfig,
): OperatorFunction<C['commands'][K]['request'], C['commands'][K]['reply']>;
export function requestEach<Item, Reply = unknown>(
  session$: Observable<Session<Untyped>>,
  command: CommandOf<Item>,
  config: RequestEachConfig & { readonly settle: true },
): OperatorFunction<Item, Settled<Item, Reply>>;
export function requestEach<Item, Reply = unknown>(
  session$: Observable<Session<Untyped>>,
  command: CommandOf<Item>,
  config?: RequestEachConfig,
): OperatorFunction<Item, Reply>;
export function requestEach<Item>(
  session$: Observable<AnySession>,
  command: CommandOf<Item>,
  config: RequestEachConfig = {},
): OperatorFunction<Item, unknown> {
  checkObject('requestEach', 'config', config);
  const { ordered = false, settle = false, ...rest } = config;
  for (const [name, value] of Object.entries({ ordered, settle, idempotent: rest.idempotent ?? false }))
    checkThat('requestEach', name, value, 'true or false', typeof value === 'boolean');
  if ((rest as RequestOptions).stream) throw new TypeError('requestEach: stream cannot be given: each item has one reply');
  const concurrency = checkCount('requestEach', 'concurrency', config.concurrency ?? 1, { min: 1, infinite: true });
  const maxWaiting = checkCount('requestEach', 'maxWaiting', config.maxWaiting ?? 1_000);
  if (typeof command !== 'string') checkFunction('requestEach', 'command', command);
  // Checks the options of the requests now, not with the first item.
  request(typeof command === 'string' ? command : 'command', undefined, rest);
  const ask = (item: Item): Observable<unknown> => {
    const [name, data] = typeof command === 'string' ? [command, item] : command(item);
    return (session$ as Observable<Session>).pipe(request(name, data, rest));
  };
  return (source) =>
    new Observable((subscriber) => {
      runEach(source, ask, { concurrency, ordered, settle, maxWaiting }, subscriber);
    });
}
