import { Observable } from 'rxjs';
import { untilAborted } from './untilAborted.js';
import { checkRequest, pendingRequest } from './requestSpec.js';
import type { RequestOptions } from './session.js';
import type { SessionLink } from './sessionLink.js';

/** A request on one session: subscribing sends, unsubscribing cancels; it fails with the session. */
export function requestOn<T>(link: SessionLink, command: string, data: unknown, options?: RequestOptions): Observable<T> {
  const spec = checkRequest(command, data, options);
  return new Observable<T>((subscriber) => {
    const request = pendingRequest(spec, subscriber);
    link.requests.start(request);
    return () => request.owner?.cancel(request);
  }).pipe(untilAborted(options?.signal));
}
