import { finalize, from, mergeMap, throwError } from 'rxjs';
import type { AnySession } from '../connection/session.js';
import { sessionLink } from '../connection/sessionLink.js';
import type { PayloadCodec } from '../contract/payloadCodec.js';
import { checkCodec, type Validated, validatePayload } from '../contract/validatePayload.js';
import { checkFunction, checkOneOf } from '../options/check.js';
import { readOptions } from '../options/readOptions.js';
import type { CommandHandler } from './commands.js';
import type { HandlerContext } from './handlerContext.js';
import { handlerResults } from './handlerResults.js';
import { invalidData } from './invalidData.js';
import { peerLink } from './peerLink.js';
import { sendAway } from './sendAway.js';
import { paceOf } from './whenCaughtUp.js';

/** Options of {@link validated}. */
export interface ValidatedConfig {
  /**
   * With what the connection of a peer is closed whose data was refused, once it has its answer: 1007 (it sends what it should not be able to) or
   * 1008 (it keeps to no rules); a client does not come back by itself after either. The event is `rejected`. Default: it stays.
   */
  readonly close?: 1007 | 1008 | undefined;
}

/**
 * Makes a handler for `commands` that is called with checked data only. Its first parameter has the type that the codec decodes to.
 *
 * Data that the codec refuses is answered with the code `INVALID_DATA` and `{ paths }`, which names what is wrong and quotes nothing; where
 * nobody waits for an answer, it is dropped and counted (`invalid`). Either way it is reported as the event `invalid`, and the connection
 * stays, unless `close` says otherwise. Data is checked before the handler is called; a check that takes time lets later messages pass.
 *
 * @example
 * commands({ 'orders.place': validated(Order, (order, { peer }) => place(order, peer.identity)) })
 *
 * @throws TypeError at the call if there is no codec or no handler, or with the name of the option that is invalid.
 */
export function validated<A, S extends AnySession = AnySession>(
  codec: PayloadCodec<A>,
  handler: (data: A, context: HandlerContext<S>) => unknown,
  config: ValidatedConfig = {},
): CommandHandler<S> {
  checkCodec('validated', 'codec', codec);
  checkFunction('validated', 'handler', handler);
  const { close } = readOptions('validated', config, { close: [checkOneOf, undefined, [1007, 1008]] });
  return (data: unknown, context: HandlerContext<S>) => {
    const { command, peer } = context;
    const proceed = (result: Validated<A>): unknown => {
      if (result.valid) return handler(result.value, context);
      const { error } = result;
      const link = sessionLink(peer);
      link.counters.invalid++;
      link.report({ type: 'invalid', session: link.id, name: command, error });
      const refusal = invalidData(command, error);
      if (close === undefined) throw refusal;
      // The answer goes first.
      return throwError(() => refusal).pipe(
        finalize(() => {
          sendAway(link, close, 'invalidData');
        }),
      );
    };
    const failed = (cause: unknown): void => {
      sessionLink(peer).report({ type: 'hookFailed', hook: command, cause });
    };
    const result = validatePayload(codec, command, data);
    return 'then' in result
      ? from(result).pipe(mergeMap((late) => handlerResults(() => proceed(late), failed, paceOf(peerLink(peer)))))
      : proceed(result);
  };
}
