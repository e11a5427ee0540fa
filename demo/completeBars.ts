import { catchError, EMPTY, mergeAll, type Observable, tap, throwError } from 'rxjs';
import type { Gateway, GatewayError } from 'rxgate';
import type { Bar } from './bars.js';
import { fillGaps } from './fillGaps.js';

/**
 * A series of bars: live from its topic, and those that were missed from the history. The topic outlives a cut connection by itself;
 * what happened meanwhile has to be asked for.
 */
export function completeBars(gateway: Gateway, resolution: string, onFetched: (bars: readonly Bar[]) => void): Observable<Bar> {
  const missing = (from: number, to: number): Observable<Bar> =>
    // Idempotent: if the connection is lost again, it is asked for again.
    gateway.request<Bar[]>('bars.history', { resolution, from, to }, { idempotent: true }).pipe(
      tap(onFetched),
      mergeAll(),
      // Ctrl-C meanwhile: the gap stays.
      catchError((error: unknown) => ((error as GatewayError).kind === 'gatewayClosed' ? EMPTY : throwError(() => error))),
    );
  return gateway.topic<Bar>('bars:SPX:{resolution}', { resolution }).pipe(fillGaps(missing));
}
