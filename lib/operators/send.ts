import type { OperatorFunction } from 'rxjs';
import { checkWaiting } from '../connection/requestSpec.js';
import type { AnySession, SendOptions, Session } from '../connection/session.js';
import { waitingSend } from '../connection/waitingSend.js';
import type { CommandName, Contract, Untyped } from '../contract/contract.js';
import { checkName } from '../options/check.js';
import { placeInLedger } from './placeInLedger.js';

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
export function send<C extends Contract, K extends CommandName<C>>(
  command: K,
  data: C['commands'][K]['request'],
  options?: SendOptions,
): OperatorFunction<Session<C>, never>;
export function send(command: string, data?: unknown, options?: SendOptions): OperatorFunction<Session<Untyped>, never>;
export function send(command: string, data?: unknown, options: SendOptions = {}): OperatorFunction<AnySession, never> {
  checkName('send', 'command', command);
  const { timeout, waits } = checkWaiting('send', options);
  return (source) =>
    placeInLedger(source, waits, options.signal, (subscriber) => waitingSend(command, data, timeout, subscriber));
}
