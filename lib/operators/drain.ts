import type { Observable } from 'rxjs';
import { type DrainReport, drainRun } from '../connection/drainRun.js';
import { ledgerOf } from '../connection/ledger.js';
import type { AnySession } from '../connection/session.js';
import { checkDuration, checkObject } from '../options/check.js';

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
  checkObject('drain', 'config', config);
  const deadline = checkDuration('drain', 'deadline', config.deadline ?? 5_000);
  const ledger = (session$ as Observable<AnySession> | null | undefined) && ledgerOf(session$);
  if (!ledger) throw new TypeError('drain: session$ must come right out of shareSession(), without a further operator');
  return ledger.drain((run, report) => drainRun(run, deadline, report));
}
