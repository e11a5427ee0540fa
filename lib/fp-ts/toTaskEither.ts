import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import { firstValueFrom, type Observable } from 'rxjs';
import { checkFunction } from '../options/check.js';
import { checkObservable } from '../options/checkObservable.js';
import { left, outcomes } from './outcomes.js';
import type { TaggedGatewayError } from '../errors/taggedGatewayError.js';

/**
 * A task that subscribes when it is run, each time anew, and gives the first value that is emitted as a `Right`, or the error of the gateway
 * as a `Left`; then it unsubscribes. Without `onOther`, the promise rejects with what is no error of the gateway: a defect, or RxJS's
 * `EmptyError` where the source completes without a value. With it, such an error becomes a `Left` too. On reconnect it does what the source
 * does. Throws a TypeError unless `source` is an observable.
 *
 * @example
 * const placed = toTaskEither(session$.pipe(request<Receipt>('orders.place', order)));
 */
export function toTaskEither<A>(source: Observable<A>): TaskEither<TaggedGatewayError, A>;
export function toTaskEither<A, E>(source: Observable<A>, onOther: (error: unknown) => E): TaskEither<TaggedGatewayError | E, A>;
export function toTaskEither<A, E>(
  source: Observable<A>,
  onOther?: (error: unknown) => E,
): TaskEither<TaggedGatewayError | E, A> {
  const given = outcomes(checkObservable('toTaskEither', 'source', source));
  if (onOther === undefined) return () => firstValueFrom(given);
  checkFunction('toTaskEither', 'onOther', onOther);
  return () => firstValueFrom(given).catch((error: unknown) => left(onOther(error)));
}
