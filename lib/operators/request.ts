import type { OperatorFunction } from 'rxjs';
import { placeOn } from '../connection/placeOn.js';
import { requestSpec } from '../connection/requestSpec.js';
import type { AnySession, CommandArgs, ReplyOf, RequestOptions, Session } from '../connection/session.js';
import type { CommandName, Contract, Untyped } from '../contract/contract.js';

/**
 * Asks the gateway: subscribing sends, each subscription anew.
 *
 * Emits the reply and completes; with `stream: true` emits replies until the gateway says it was the last. Without a session it waits in
 * line for the next one, or fails at once (`whileDisconnected: 'fail'`).
 *
 * Errors with `RequestFailedError` (error reply), `RequestTimeoutError` (no first reply within `timeout`, 10 000 ms from subscription,
 * waiting included), `ConnectionLostError` (the session went), `OutboxOverflowError` (the line is full), `GatewayClosedError`,
 * `MalformedMessageError` (the data cannot be encoded), the signal's reason, or the final error of the stream. It settles exactly once.
 *
 * Unsubscribing cancels: nothing is sent if it was still waiting, else a cancel message where the protocol has one.
 *
 * On reconnect a request that was sent has failed, and is never sent again unless `idempotent`, which keeps one key over all sendings.
 *
 * @example
 * const receipt$ = session$.pipe(request<Receipt>('orders.place', { symbol: 'SPX', quantity: 1 }));
 */
export function request<T = unknown, C extends Contract = Untyped, const K extends keyof C['commands'] & string = CommandName<C>>(
  command: K,
  ...args: CommandArgs<C, K, RequestOptions>
): OperatorFunction<Session<C>, ReplyOf<C, K, T>>;
export function request(command: string, data?: unknown, options?: RequestOptions): OperatorFunction<AnySession, unknown> {
  return placeOn(requestSpec('request', command, data, options));
}
