import type { Either } from 'fp-ts/lib/Either.js';
import type { OperatorFunction } from 'rxjs';
import { placeOn } from '../connection/placeOn.js';
import { requestSpec } from '../connection/requestSpec.js';
import type { AnySession, CommandArgs, ReplyOf, RequestOptions, Session } from '../connection/session.js';
import type { CommandName, Contract, Untyped } from '../contract/contract.js';
import { outcomes } from './outcomes.js';
import type { TaggedGatewayError } from '../errors/taggedGatewayError.js';

/**
 * What `request` does, with errors of the gateway as values.
 *
 * Emits the reply as a `Right` (with `stream: true` one for each reply) and completes. In place of an error of the gateway it emits that as a
 * `Left` and completes.
 *
 * Errors with what is no error of the gateway only: the reason of `signal`, or what a stage of your own threw.
 *
 * Unsubscribing cancels, and on reconnect it never sends again unless `idempotent`, as with `request`.
 *
 * @example
 * const placed$ = session$.pipe(requestEither<Receipt>('orders.place', order), map(either.map(({ id }) => id)));
 */
export function requestEither<
  T = unknown,
  C extends Contract = Untyped,
  const K extends keyof C['commands'] & string = CommandName<C>,
>(
  command: K,
  ...args: CommandArgs<C, K, RequestOptions>
): OperatorFunction<Session<C>, Either<TaggedGatewayError, ReplyOf<C, K, T>>>;
export function requestEither(
  command: string,
  data?: unknown,
  options?: RequestOptions,
): OperatorFunction<AnySession, Either<TaggedGatewayError, unknown>> {
  const asked = placeOn(requestSpec('request', command, data, options));
  return (session$) => outcomes(asked(session$));
}
