import { filter, firstValueFrom, map, merge, type Observable, ReplaySubject, type Subscription } from 'rxjs';
import { atTestEnd } from './atTestEnd.js';

/** All that a stream did. */
export interface Recorded<T> {
  readonly values: readonly T[];
  /** How it ended: `'complete'`, or the error. More than one entry would be a stream that ends twice. */
  readonly ends: readonly unknown[];
  /** The end, past or future. */
  readonly end: Promise<unknown>;
  /** The first value, past or future, that matches. Rejects when the stream ends without one. */
  value(matches?: (value: T) => boolean): Promise<T>;
  readonly subscription: Subscription;
}

/** Subscribes to a stream, and keeps what it does. */
export function recorded<T>(stream: Observable<T>): Recorded<T> {
  const values: T[] = [];
  const ends: unknown[] = [];
  const heard = new ReplaySubject<T>();
  const over = new ReplaySubject<unknown>(1);
  const end = (how: unknown): void => {
    ends.push(how);
    over.next(how);
  };
  const failed = over.pipe(
    map((how) => {
      throw how instanceof Error ? how : new Error(`The stream ended: ${String(how)}`);
    }),
  );
  const subscription = stream.subscribe({
    next: (value) => {
      values.push(value);
      heard.next(value);
    },
    error: end,
    complete: () => end('complete'),
  });
  // A test that fails would leave a client that reconnects for ever.
  atTestEnd(() => subscription.unsubscribe());
  return {
    values,
    ends,
    end: firstValueFrom(over),
    value: (matches = () => true) => firstValueFrom(merge(heard, failed).pipe(filter(matches))),
    subscription,
  };
}
