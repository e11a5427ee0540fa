import type { OperatorFunction } from 'rxjs';
import { placeOn } from '../connection/placeOn.js';
import { requestSpec } from '../connection/requestSpec.js';
import type { AnySession, CommandArgs, SendOptions, Session } from '../connection/session.js';
import type { CommandName, Contract, Untyped } from '../contract/contract.js';

/**
 * Tells the gateway something that it does not answer: subscribing sends, each subscription anew.
 *
 * Emits nothing. Completes when the message was given to an open socket; that is no receipt. Without a session it waits in line for the
 * next one, or fails at once (`whileDisconnected: 'fail'`).
 *
 * Errors with `RequestTimeoutError` (no session within `timeout`, 10 000 ms), `ConnectionLostError` (`'fail'` and no session),
 * `OutboxOverflowError`, `GatewayClosedError`, `MalformedMessageError` (the data cannot be encoded), the signal's reason, or the final
 * error of the stream.
 *
 * Unsubscribing while it waits sends nothing. On reconnect, what waits is sent in its order; what was sent is never sent again.
 *
 * @example
 * session$.pipe(send('typing', { room: 'lobby' })).subscribe();
 */
export function send<C extends Contract = Untyped, const K extends keyof C['commands'] & string = CommandName<C>>(
  command: K,
  ...args: CommandArgs<C, K, SendOptions>
): OperatorFunction<Session<C>, never>;
export function send(command: string, data?: unknown, options?: SendOptions): OperatorFunction<AnySession, never> {
  return placeOn(requestSpec('send', command, data, options));
}
