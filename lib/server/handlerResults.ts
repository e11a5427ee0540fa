import { defer, from, isObservable, Observable, of, type Subscriber } from 'rxjs';

/** RxJS reads an async iterable to its next value before it lets go. One that waits for an event would be held for ever. */
const iterate = (iterable: AsyncIterable<unknown>): Observable<unknown> =>
  new Observable((subscriber) => {
    const iterator: AsyncIterator<unknown, unknown> = iterable[Symbol.asyncIterator]();
    const pull = async (): Promise<void> => {
      while (!subscriber.closed) {
        const { done, value } = await iterator.next();
        if (done) subscriber.complete();
        else subscriber.next(value);
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

const resultsOf = (handle: () => unknown): Observable<unknown> =>
  defer(() => {
    const given = handle();
    if (isObservable(given)) return given;
    if (typeof (given as AsyncIterable<unknown> | undefined)?.[Symbol.asyncIterator] === 'function')
      return iterate(given as AsyncIterable<unknown>);
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
 * of an iterable or an observable throws goes to `failed`; without that, to whoever unsubscribes.
 */
export const handlerResults = (handle: () => unknown, failed?: (cause: unknown) => void): Observable<unknown> => {
  const results = resultsOf(handle);
  return failed ? releasing(results, failed) : results;
};
