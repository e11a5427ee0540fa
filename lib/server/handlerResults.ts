import { defer, from, isObservable, Observable, of, type Subscriber, timer } from 'rxjs';

/** An iterable that always has a value would keep all others waiting: now and then they have their turn. */
const turn = 32;
/** Milliseconds between two looks at a receiver that is busy. */
const look = 5;

/** RxJS reads an async iterable to its next value before it lets go. One that waits for an event would be held for ever. */
const iterate = (iterable: AsyncIterable<unknown>, busy: () => boolean): Observable<unknown> =>
  new Observable((subscriber) => {
    const iterator: AsyncIterator<unknown, unknown> = iterable[Symbol.asyncIterator]();
    const pause = (delay: number): Promise<void> =>
      new Promise((resolve) => {
        subscriber.add(timer(delay).subscribe({ complete: resolve }));
      });
    const pull = async (): Promise<void> => {
      for (let taken = 1; !subscriber.closed; taken++) {
        const { done, value } = await iterator.next();
        if (done) subscriber.complete();
        else subscriber.next(value);
        if (taken % turn === 0) await pause(0);
        while (!subscriber.closed && busy()) await pause(look);
      }
    };
    pull().catch((error: unknown) => {
      subscriber.error(error);
    });
    return () => {
      // Nobody is left to be told of what the release of a producer throws.
      Promise.resolve(iterator.return?.()).catch(() => undefined);
    };
  });

const resultsOf = (handle: () => unknown, busy: () => boolean): Observable<unknown> =>
  defer(() => {
    const given = handle();
    if (isObservable(given)) return given;
    if (typeof (given as AsyncIterable<unknown> | undefined)?.[Symbol.asyncIterator] === 'function')
      return iterate(given as AsyncIterable<unknown>, busy);
    return typeof (given as PromiseLike<unknown> | undefined)?.then === 'function'
      ? from(given as PromiseLike<unknown>)
      : of(given);
  });

/** Whoever lets go of the values of `given` is not to get what its release throws: that is told to `failed`. */
const releasing = (given: Observable<unknown>, failed: (cause: unknown) => void): Observable<unknown> =>
  new Observable((subscriber) => {
    // Known before the first value comes, which may be the last that is wanted.
    let inner: Subscriber<unknown> | undefined;
    subscriber.add(() => {
      try {
        inner?.unsubscribe();
      } catch (cause) {
        failed(cause);
      }
    });
    new Observable((produced) => {
      inner = produced;
      given.subscribe(produced);
    }).subscribe({
      next: (value) => {
        subscriber.next(value);
      },
      error: (error: unknown) => {
        subscriber.error(error);
      },
      complete: () => {
        subscriber.complete();
      },
    });
  });

/**
 * What a handler gave, as an observable: of a value, a promise, an async iterable or an observable. Asked on subscription. What the release
 * of an iterable or an observable throws goes to `failed`; without that, to whoever unsubscribes. An iterable
 * is asked for its next value when the receiver is not `busy`.
 */
export const handlerResults = (
  handle: () => unknown,
  failed?: (cause: unknown) => void,
  busy: () => boolean = () => false,
): Observable<unknown> => {
  const results = resultsOf(handle, busy);
  return failed ? releasing(results, failed) : results;
};
