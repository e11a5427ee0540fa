import { Observable, type OperatorFunction } from 'rxjs';
import { createLedger, ledgerSymbol } from '../connection/ledger.js';
import type { AnySession } from '../connection/session.js';
import type { EventObserver } from '../events/gatewayEvent.js';
import { createReporter } from '../events/reporter.js';
import { checkCount, checkDuration, checkObserver } from '../options/check.js';
import { readOptions } from '../options/readOptions.js';

/** Options of {@link shareSession}. */
export interface ShareConfig {
  /** Milliseconds that the connection outlives its last subscriber. Default 0. */
  readonly linger?: number | undefined;
  /** How many requests and sends may wait for a session; the newcomer beyond gets `OutboxOverflowError`. Default 1 000. */
  readonly maxWaiting?: number | undefined;
  /** Is told what happens: an observer with `next`, for example a Subject. */
  readonly events?: EventObserver | undefined;
}

/**
 * Shares one connection, with one retry loop, among all subscribers. It stands last in the pipeline.
 *
 * Emits the open session to each subscriber, at once if there is one, and each later one; never a session that has ended. Every new
 * session first gets the wanted topics subscribed, then what waited in line, in order; then it is emitted.
 *
 * Errors when the source does: with a final error, for everybody; whoever subscribes next starts anew. Completes when the application
 * closed (`drain`, `session.close()`); after a drain it stays completed. Trouble that `retryBackoff` handles is not seen here.
 *
 * Unsubscribing the last subscriber closes with 1000 after `linger`, and aborts a pending backoff. What `request`, `send` and `topic` wait
 * for counts as a subscriber.
 *
 * On reconnect, subscribers stay: what outlives a session is kept in a ledger on the returned observable, where the operators look it up.
 * After a further operator (`shared.pipe(tap())`) they subscribe instead: same results, but `replay`, `linger` and what waits end
 * with each subscription.
 *
 * @example
 * const session$ = connect({ url, protocol: commandNotify() }).pipe(retryBackoff(), shareSession({ linger: 5_000 }));
 */
export function shareSession<S extends AnySession>(config: ShareConfig = {}): OperatorFunction<S, S> {
  const { events, ...settings } = readOptions('shareSession', config, {
    linger: [checkDuration, 0],
    maxWaiting: [checkCount, 1_000],
    events: [checkObserver],
  });
  return (source) => {
    const ledger = createLedger(source, { ...settings, report: createReporter(events) });
    const shared = new Observable<S>((subscriber) => {
      const run = ledger.run();
      if (run) return run.sessions(subscriber);
      subscriber.complete();
      return undefined;
    });
    return Object.defineProperty(shared, ledgerSymbol, { value: ledger });
  };
}
