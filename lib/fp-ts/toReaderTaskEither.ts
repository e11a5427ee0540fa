import type { ReaderTaskEither } from 'fp-ts/lib/ReaderTaskEither.js';
import type { Observable } from 'rxjs';
import { checkFunction } from '../options/check.js';
import type { TaggedGatewayError } from '../errors/taggedGatewayError.js';
import { toTaskEither } from './toTaskEither.js';

/**
 * What `toTaskEither` does, for an observable that is made of an environment: the session stream, with any of rxgate's operators, or more
 * than that. The task of an environment subscribes when it is run, gives what is emitted first or the error of the gateway, and unsubscribes.
 * It rejects, takes `onOther`, and meets a reconnect as `toTaskEither` does. Throws a TypeError unless `make` is a function.
 *
 * @example
 * const place = toReaderTaskEither(request<Receipt>('orders.place', order));
 * const result = await place(session$)();
 */
export function toReaderTaskEither<R, A>(make: (environment: R) => Observable<A>): ReaderTaskEither<R, TaggedGatewayError, A>;
export function toReaderTaskEither<R, A, E>(
  make: (environment: R) => Observable<A>,
  onOther: (error: unknown) => E,
): ReaderTaskEither<R, TaggedGatewayError | E, A>;
export function toReaderTaskEither<R, A, E>(
  make: (environment: R) => Observable<A>,
  onOther?: (error: unknown) => E,
): ReaderTaskEither<R, TaggedGatewayError | E, A> {
  checkFunction('toReaderTaskEither', 'make', make);
  return (environment) => (onOther ? toTaskEither(make(environment), onOther) : toTaskEither(make(environment)));
}
