import type { Observable, OperatorFunction } from 'rxjs';
import { GatewayClosedError } from '../errors/gatewayErrors.js';
import { runOf } from './ledger.js';
import type { RequestSpec } from './requestSpec.js';
import type { AnySession } from './session.js';
import { type Waiting, waitingOf } from './waiting.js';

// No closure of each request: one function for all.
const place = (waiting: Waiting, source: Observable<AnySession>): void => {
  const run = runOf(source);
  if (run) run.place(waiting);
  else waiting.subscriber.error(new GatewayClosedError());
};

/** Sends a request or a send by the stream's ledger, or puts it in line; unsubscribing takes it back. */
export const placeOn =
  (spec: RequestSpec): OperatorFunction<AnySession, never> =>
  (source: Observable<AnySession>) =>
    waitingOf(spec, place, source);
