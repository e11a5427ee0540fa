import { defer, Observable, of } from 'rxjs';
import { checkFunction } from '../options/check.js';
import { checkObservable } from '../options/checkObservable.js';
import { inTurn } from './inTurn.js';

/** Under which an observable keeps where one more listener gets its snapshot; registered, so that two copies of the library understand each other. */
const snapshotSymbol: unique symbol = Symbol.for('rxgate.snapshot') as never;

/** Notes that each listener of a topic begins with what `snapshot` emits first, while `values` go to all of them. */
export const markSnapshot = <T>(values: Observable<T>, snapshot: Observable<unknown>): Observable<T> =>
  Object.defineProperty(values, snapshotSymbol, { value: snapshot });

/** What one more listener is to get first; `undefined` where the values are all there is. */
export const snapshotOf = (values: unknown): Observable<unknown> | undefined =>
  (values as { readonly [snapshotSymbol]?: Observable<unknown> } | null | undefined)?.[snapshotSymbol];

/**
 * Values that make sense to those only who know how things stood: a snapshot first, then the changes.
 *
 * Emits to each subscriber what `snapshot` returns at that moment, and then the changes from there on. As what a handler of `topics` gives, it is
 * subscribed to once for all listeners, and each of them is sent a snapshot of its own first; a later one whose snapshot fails, or is refused by the codec
 * of a contract, is told that the topic ended. `snapshot` must answer at once, with all that
 * was told as a change so far.
 *
 * Errors and completes as the changes do; errors with what `snapshot` throws. Unsubscribing unsubscribes from the changes. A client that
 * subscribes anew after a reconnect begins with a snapshot as well. After a further
 * operator it is an observable like others: in `topics`, only who comes first gets a snapshot then. So this goes last.
 *
 * @example
 * topics({ 'book:{symbol}': ({ symbol }) => withSnapshot(() => books.get(symbol), changesOf(symbol)) })
 *
 * @throws TypeError at the call if there is no function or no observable.
 */
export function withSnapshot<S, T>(snapshot: () => S, changes: Observable<T>): Observable<S | T> {
  checkFunction('withSnapshot', 'snapshot', snapshot);
  const source = checkObservable('withSnapshot', 'changes', changes);
  const values = new Observable<S | T>((subscriber) => {
    // A change that somebody makes when the snapshot comes is not to be missed, nor to overtake it.
    const act = inTurn((step: () => void) => {
      step();
    });
    act(() => {
      const first = snapshot();
      subscriber.add(
        source.subscribe({
          next: (value) => {
            act(() => {
              subscriber.next(value);
            });
          },
          error: (error: unknown) => {
            act(() => {
              subscriber.error(error);
            });
          },
          complete: () => {
            act(() => {
              subscriber.complete();
            });
          },
        }),
      );
      subscriber.next(first);
    });
  });
  return markSnapshot(
    values,
    defer(() => of(snapshot())),
  );
}
