import { defer, from, isObservable, Observable, of, type Subscriber, Subscription, timer } from 'rxjs';

/** An iterable that always has a value would keep all others waiting: now and then they have their turn. */
const turn = 32;

/** The answer is here, and `deliver` hands it on; or, without that, there will be none. Only the first call counts. */
export type Answered = (deliver?: () => void) => void;

/** When an iterable is asked for a value, the first one included. */
export interface Pace {
  /** Whether it has to wait. */
  busy(): boolean;
  /** Calls `run` when it is to be asked: it is its turn, whatever `busy` says by then. */
  wait(run: () => void): Subscription;
  /** It is asked now. */
  ask?(): Answered;
}

const call: Answered = (deliver) => {
  deliver?.();
};

const atOnce: Pace = { busy: () => false, wait: () => Subscription.EMPTY };

/** RxJS reads an async iterable to its next value before it lets go. One that waits for an event would be held for ever. */
const iterate = (iterable: AsyncIterable<unknown>, pace: Pace, failed: (cause: unknown) => void): Observable<unknown> =>
  new Observable((subscriber) => {
    const iterator: AsyncIterator<unknown, unknown> = iterable[Symbol.asyncIterator]();
    let over = false;
    const pause = (until: (run: () => void) => Subscription): Promise<void> =>
      new Promise((resolve) => {
        subscriber.add(until(resolve));
      });
    const anotherTurn = (run: () => void): Subscription => timer(0).subscribe({ complete: run });
    const next = async (): Promise<IteratorResult<unknown, unknown>> => {
      // What fails is over as well.
      let result: IteratorResult<unknown, unknown> | undefined;
      try {
        return (result = await iterator.next());
      } finally {
        over = result === undefined || result.done === true;
      }
    };
    const ask = async (): Promise<void> => {
      const answered = pace.ask?.() ?? call;
      const forgotten = new Subscription(() => {
        answered();
      });
      subscriber.add(forgotten);
      try {
        const { done, value } = await next();
        answered(() => {
          if (done) subscriber.complete();
          else subscriber.next(value);
        });
      } finally {
        forgotten.unsubscribe();
      }
    };
    const pull = async (): Promise<void> => {
      for (let taken = 1; !subscriber.closed; taken++) {
        if (pace.busy()) await pause(pace.wait);
        if (subscriber.closed) return;
        await ask();
        if (taken % turn === 0) await pause(anotherTurn);
      }
    };
    pull().catch((error: unknown) => {
      subscriber.error(error);
    });
    return () => {
      // As a loop does it: not when it has ended by itself.
      if (!over) Promise.resolve(iterator.return?.()).catch(failed);
    };
  });

/** A generator that is not asynchronous can be asked as one that is. A list is no generator, but a value. */
async function* generated(values: Iterable<unknown>): AsyncGenerator<unknown> {
  for (const value of values) yield await value;
}

const isGenerator = (given: unknown): given is Generator =>
  typeof (given as Generator | undefined)?.[Symbol.iterator] === 'function' && typeof (given as Generator).next === 'function';

const resultsOf = (handle: () => unknown, pace: Pace, failed: (cause: unknown) => void): Observable<unknown> =>
  defer(() => {
    const given = handle();
    if (isObservable(given)) return given;
    if (typeof (given as AsyncIterable<unknown> | undefined)?.[Symbol.asyncIterator] === 'function')
      return iterate(given as AsyncIterable<unknown>, pace, failed);
    if (isGenerator(given)) return iterate(generated(given), pace, failed);
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
 * What a handler gave, as an observable: of a value, a promise, an async iterable, a generator or an observable. Asked on subscription. What the
 * release of an iterable or an observable throws goes to `failed`; without that, to whoever unsubscribes, and what a release rejects with to nobody.
 * An iterable is asked for its values as `pace` says.
 */
export const handlerResults = (
  handle: () => unknown,
  failed?: (cause: unknown) => void,
  pace: Pace = atOnce,
): Observable<unknown> => {
  const results = resultsOf(handle, pace, failed ?? (() => undefined));
  return failed ? releasing(results, failed) : results;
};
