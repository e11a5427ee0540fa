import {
  catchError,
  defer,
  EMPTY,
  filter,
  finalize,
  ignoreElements,
  map,
  mergeMap,
  Observable,
  type OperatorFunction,
  queueScheduler,
  type Subscriber,
  subscribeOn,
  tap,
} from 'rxjs';
import type { AnySession, RequestOptions, Session } from '../connection/session.js';
import type { CommandName, Contract, Untyped } from '../contract/contract.js';
import { OutboxOverflowError } from '../errors/gatewayErrors.js';
import { checkFlag, checkCount, checkFunction, checkThat } from '../options/check.js';
import { readOptions } from '../options/readOptions.js';
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

/** What each item may ask of a contract: see {@link CommandOf}. */
export type AskOf<C extends Contract, Item> = [C] extends [Untyped]
  ? CommandOf<Item>
  : (keyof C['commands'] & string) | ((item: Item) => CommandCall<C>);

/** The items: what is known of them, else what the command is asked with. */
export type ItemsOf<C extends Contract, Ask, Item> = unknown extends Item
  ? [C] extends [Untyped]
    ? Item
    : Ask extends keyof C['commands']
      ? C['commands'][Ask]['request']
      : Item
  : Item;

/** What an item is answered with; without a contract, what the caller says. */
export type AnswerOf<C extends Contract, Ask, Reply> = [C] extends [Untyped]
  ? Reply
  : C['commands'][Ask extends string
      ? Ask
      : Ask extends (item: never) => readonly [infer K extends string, ...unknown[]]
        ? K
        : never]['reply'];

/** Nothing more where the items are what a command is asked with; else what the compiler is to say of them. */
export type FittingItems<C extends Contract, Ask, Item> = Ask extends keyof C['commands']
  ? [C] extends [Untyped]
    ? unknown
    : [ItemsOf<C, Ask, Item>] extends [C['commands'][Ask]['request']]
      ? unknown
      : { readonly 'the command takes': C['commands'][Ask]['request']; readonly 'the items are': Item }
  : unknown;

/** Runs the items of one subscription. */
const runEach = <Item>(
  source: Observable<Item>,
  ask: (item: Item) => Observable<unknown>,
  concurrency: number,
  maxWaiting: number,
  ordered: boolean,
  settle: boolean,
  subscriber: Subscriber<unknown>,
): void => {
  // Those under way, and those that wait.
  let open = 0;
  let turn = 0;
  const results = new Map<number, unknown>();

  const finish = (index: number, result: unknown): void => {
    results.set(ordered ? index : turn, result);
    while (results.has(turn)) {
      const next = results.get(turn);
      results.delete(turn++);
      subscriber.next(next);
    }
  };
  const fail = (item: Item, index: number, error: unknown): void => {
    if (settle) finish(index, { item, error });
    else subscriber.error(error);
  };

  source
    .pipe(
      map((item, index) => [item, index] as const),
      filter(([item, index]) => {
        const fits = open < concurrency + maxWaiting;
        if (fits) open++;
        else fail(item, index, new OutboxOverflowError(maxWaiting));
        return fits;
      }),
      mergeMap(
        ([item, index]) =>
          defer(() => ask(item)).pipe(
            tap((reply) => {
              finish(index, settle ? { item, reply } : reply);
            }),
            catchError((error: unknown) => {
              fail(item, index, error);
              return EMPTY;
            }),
            finalize(() => open--),
            // What is settled at once makes room at once: a long line must not become a deep stack.
            subscribeOn(queueScheduler),
          ),
        concurrency,
      ),
      ignoreElements(),
    )
    .subscribe(subscriber);
};

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
export function requestEach<
  Item,
  Reply = unknown,
  C extends Contract = Untyped,
  const Ask extends AskOf<C, Item> = AskOf<C, Item>,
>(
  session$: Observable<Session<C>>,
  command: Ask & NoInfer<FittingItems<C, Ask, Item>>,
  config: RequestEachConfig & { readonly settle: true },
): OperatorFunction<ItemsOf<C, Ask, Item>, Settled<ItemsOf<C, Ask, Item>, AnswerOf<C, Ask, Reply>>>;
export function requestEach<
  Item,
  Reply = unknown,
  C extends Contract = Untyped,
  const Ask extends AskOf<C, Item> = AskOf<C, Item>,
>(
  session$: Observable<Session<C>>,
  command: Ask & NoInfer<FittingItems<C, Ask, Item>>,
  config?: RequestEachConfig,
): OperatorFunction<ItemsOf<C, Ask, Item>, AnswerOf<C, Ask, Reply>>;
export function requestEach<Item>(
  session$: Observable<AnySession>,
  command: CommandOf<Item>,
  config: RequestEachConfig = {},
): OperatorFunction<Item, unknown> {
  const { ordered, settle, concurrency, maxWaiting } = readOptions('requestEach', config, {
    ordered: [checkFlag, false],
    settle: [checkFlag, false],
    idempotent: [checkFlag],
    concurrency: [checkCount, 1, { min: 1, infinite: true }],
    maxWaiting: [checkCount, 1_000],
  });
  const { stream } = config as RequestOptions;
  checkThat('requestEach', 'stream', stream, 'left out', !stream);
  const fixed = typeof command === 'string';
  if (!fixed) checkFunction('requestEach', 'command', command);
  // Checks the options of the requests now, not with the first item.
  request(fixed ? command : 'command', undefined, config);
  const ask = (item: Item): Observable<unknown> => {
    const [name, data] = fixed ? [command, item] : command(item);
    return (session$ as Observable<Session>).pipe(request(name, data, config));
  };
  return (source) =>
    new Observable((subscriber) => {
      runEach(source, ask, concurrency, maxWaiting, ordered, settle, subscriber);
    });
}
