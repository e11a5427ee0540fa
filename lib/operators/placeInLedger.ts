import { Observable } from 'rxjs';
import { ledgerOf, privateLedger } from '../connection/ledger.js';
import type { PendingRequest } from '../connection/pendingRequests.js';
import type { AnySession } from '../connection/session.js';
import type { Waiting } from '../connection/waitingLine.js';
import { GatewayClosedError } from '../errors/gatewayErrors.js';
import { untilAborted } from '../connection/untilAborted.js';

/** Sends a request or a send by the stream's ledger, or puts it in line; unsubscribing takes it back. `make` is called per subscription. */
export function placeInLedger<T>(
  source: Observable<AnySession>,
  waits: boolean,
  signal: AbortSignal | undefined,
  make: (subscriber: Waiting['subscriber'], retake: (request: PendingRequest) => void) => Waiting,
): Observable<T> {
  const shared = ledgerOf(source);
  return new Observable<T>((subscriber) => {
    const run = (shared ?? privateLedger(source)).run();
    if (!run) {
      subscriber.error(new GatewayClosedError());
      return undefined;
    }
    // A stream without a ledger in sight shows its session only to who subscribes.
    if (!shared) run.hold();
    const waiting = make(subscriber, run.retake);
    run.place(waiting, waits);
    // Settled already: nothing that a shared connection would have to be held, or even opened, for.
    if (shared && subscriber.closed) return undefined;
    if (shared) run.hold();
    return () => {
      waiting.owner?.cancel(waiting as never);
      run.release();
    };
  }).pipe(untilAborted(signal));
}
