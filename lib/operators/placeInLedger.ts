import type { Subscriber } from 'rxjs';
import type { Ledger } from '../connection/ledger.js';
import type { PendingRequest } from '../connection/pendingRequests.js';
import type { Waiting } from '../connection/waitingLine.js';
import { GatewayClosedError } from '../errors/gatewayErrors.js';

/** Sends a request or a send by the ledger, or puts it in line; returns what unsubscribing does. */
export function placeInLedger(
  ledger: Ledger,
  waits: boolean,
  subscriber: Subscriber<unknown>,
  make: (retake: (request: PendingRequest) => void) => Waiting,
): (() => void) | undefined {
  const run = ledger.run();
  if (!run) {
    subscriber.error(new GatewayClosedError());
    return undefined;
  }
  const waiting = make(run.retake);
  run.place(waiting, waits);
  // Settled already: nothing that a connection would have to be held, or even opened, for.
  if (subscriber.closed) return undefined;
  run.hold();
  return () => {
    waiting.owner?.cancel(waiting as never);
    run.release();
  };
}
