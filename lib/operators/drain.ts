import { Observable, ReplaySubject } from 'rxjs';
import { type DrainReport, drainRun } from '../connection/drainRun.js';
import { ledgerOf } from '../connection/ledger.js';
import type { AnySession } from '../connection/session.js';
import { checkDuration } from '../options/check.js';
import { readOptions } from '../options/readOptions.js';

/** Options of {@link drain}. */
export interface DrainConfig {
  /** Milliseconds that requests in flight may still take. Default 5 000. */
  readonly deadline?: number | undefined;
}

/**
 * Ends a shared stream in good order, for good. Subscribing begins: new and waiting requests fail with `GatewayClosedError`, topics
 * complete, requests in flight have until `deadline`, then the session is closed with 1000 and the stream completes; whoever
 * subscribes to it later gets its completion.
 *
 * Emits one {@link DrainReport} and completes; never errors. A second subscriber gets the same report. Unsubscribing does not stop what has
 * begun. There is no reconnect: a pending backoff is aborted, and a session that is lost meanwhile ends the drain.
 *
 * Throws a TypeError unless the stream comes right out of `shareSession`.
 *
 * @example
 * drain(session$, { deadline: 2_000 }).subscribe((report) => console.log(report));
 */
export function drain(session$: Observable<AnySession>, config: DrainConfig = {}): Observable<DrainReport> {
  const { deadline } = readOptions('drain', config, { deadline: [checkDuration, 5_000] });
  const ledger = (session$ as Observable<AnySession> | null | undefined) && ledgerOf(session$);
  if (!ledger) throw new TypeError('drain: session$ must come right out of shareSession(), without a further operator');
  return new Observable((subscriber) => {
    if (!ledger.drained) {
      const run = ledger.run();
      const drained = new ReplaySubject<DrainReport>(1);
      // Set before anything ends: who hears of its end may ask for something else at once.
      ledger.drained = drained;
      if (run) drainRun(run, deadline, ledger.report).subscribe(drained);
    }
    return ledger.drained.subscribe(subscriber);
  });
}
