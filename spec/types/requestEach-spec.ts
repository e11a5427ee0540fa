import { expect } from 'chai';
import { EMPTY, type Observable, of, type OperatorFunction } from 'rxjs';
import { type Contract, requestEach, type Session, type Settled } from 'rxgate';

interface Order {
  readonly symbol: string;
  readonly quantity: number;
}
interface Receipt {
  readonly order: number;
}
interface Trading extends Contract {
  readonly commands: {
    readonly 'orders.place': { readonly request: Order; readonly reply: Receipt };
    readonly 'orders.cancel': { readonly request: { readonly order: number }; readonly reply: boolean };
    readonly 'orders.count': { readonly request: undefined; readonly reply: number };
  };
  readonly topics: { readonly quotes: { readonly params: undefined; readonly data: number } };
}

/** Compiles only if both types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** Takes a value of exactly that type. */
const typed =
  <Expected>() =>
  <Actual>(_value: Actual, _same: Same<Expected, Actual>): void =>
    undefined;

interface Ticket extends Order {
  readonly trader: string;
}

const typed$: Observable<Session<Trading>> = EMPTY;
const untyped$: Observable<Session> = EMPTY;
const orders$: Observable<Order> = EMPTY;
const tickets$: Observable<Ticket> = EMPTY;

/** Never called: what counts is that it compiles, and that each line marked as an error is one. */
function byName(): void {
  typed<Observable<Receipt>>()(orders$.pipe(requestEach(typed$, 'orders.place')), true);
  typed<Observable<Receipt>>()(tickets$.pipe(requestEach(typed$, 'orders.place', { ordered: true })), true);
  typed<Observable<Settled<Order, Receipt>>>()(orders$.pipe(requestEach(typed$, 'orders.place', { settle: true })), true);
  typed<Observable<Settled<Ticket, Receipt>>>()(tickets$.pipe(requestEach(typed$, 'orders.place', { settle: true })), true);
  // Where nothing says what the items are, they are what the command is asked with.
  const place = requestEach(typed$, 'orders.place');
  typed<OperatorFunction<Order, Receipt>>()(place, true);
  // @ts-expect-error the items are no orders
  of({ wrong: true }).pipe(requestEach(typed$, 'orders.place'));
  // @ts-expect-error the items are no orders
  of({ wrong: true }).pipe(requestEach(typed$, 'orders.place', { settle: true }));
  // @ts-expect-error no such command
  orders$.pipe(requestEach(typed$, 'orders.plaice'));
}

function byFunction(): void {
  typed<Observable<Receipt>>()(orders$.pipe(requestEach(typed$, (order) => ['orders.place', order])), true);
  typed<Observable<number>>()(orders$.pipe(requestEach(typed$, () => ['orders.count'])), true);
  typed<Observable<boolean>>()(orders$.pipe(requestEach(typed$, () => ['orders.cancel', { order: 1 }])), true);
  typed<Observable<Receipt | boolean>>()(
    of(1, 2).pipe(
      requestEach(typed$, (order) =>
        order > 1 ? ['orders.cancel', { order }] : ['orders.place', { symbol: 'SPX', quantity: order }],
      ),
    ),
    true,
  );
  typed<Observable<Settled<Order, Receipt>>>()(
    orders$.pipe(requestEach(typed$, (order) => ['orders.place', order], { settle: true })),
    true,
  );
  // @ts-expect-error no such command
  orders$.pipe(requestEach(typed$, (order) => ['orders.plaice', order]));
  // @ts-expect-error the data is no order
  orders$.pipe(requestEach(typed$, (order) => ['orders.place', order.symbol]));
  // @ts-expect-error the data of another command
  orders$.pipe(requestEach(typed$, () => ['orders.place', { order: 1 }]));
  // @ts-expect-error the data is missing
  orders$.pipe(requestEach(typed$, () => ['orders.place']));
}

function untyped(): void {
  typed<Observable<unknown>>()(orders$.pipe(requestEach(untyped$, 'anything')), true);
  typed<Observable<Receipt>>()(orders$.pipe(requestEach<Order, Receipt>(untyped$, 'anything')), true);
  typed<Observable<unknown>>()(of(7).pipe(requestEach(untyped$, (n) => [`orders.${n.toFixed()}`, { n }])), true);
  typed<Observable<Receipt>>()(of(7).pipe(requestEach<number, Receipt>(untyped$, (n) => ['x', n])), true);
  typed<Observable<Settled<Order, Receipt>>>()(
    orders$.pipe(requestEach<Order, Receipt>(untyped$, 'anything', { settle: true })),
    true,
  );
}

function options(): void {
  requestEach(untyped$, 'x', { idempotent: true });
  // @ts-expect-error one key for all items would lose all but the first
  requestEach(untyped$, 'x', { idempotent: 'key' });
  // @ts-expect-error one reply for each item
  requestEach(untyped$, 'x', { stream: true });
}

describe('the types of requestEach', () => {
  it('takes what the contract names, by name and by function, and no wrong use compiles', () => {
    // The type check of this file is the test; running it only shows that it is there.
    const checked = [byName, byFunction, untyped, options];
    expect(checked.map(({ name }) => name)).to.have.length(4);
  });
});
