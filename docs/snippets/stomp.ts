import { connect, heartbeat, request, retryBackoff, shareSession, topic } from 'rxgate';
import { stomp, type StompCredentials, type StompMessage } from 'rxgate/protocols';
import { catchError, concatMap, endWith, ignoreElements, type Observable, of, switchMap, takeUntil, tap } from 'rxjs';

// #region stomp
export const desk = (url: string, credentials: StompCredentials) => {
  const session$ = connect({ url, protocol: stomp(), credentials }).pipe(heartbeat(), retryBackoff(), shareSession());
  return {
    bars: (symbol: string) => session$.pipe(topic<{ close: number }>('/topic/bars.{symbol}', { symbol })),
    // Answered by whoever listens to the queue.
    price: (symbol: string) => session$.pipe(request<number>('/queue/prices', { symbol })),
    // Completes when the broker has it.
    place: (order: object) => session$.pipe(request('SEND /queue/orders', order)),
  };
};
// #endregion

// #region stompAck
export const working = (url: string, credentials: StompCredentials, work: (order: unknown) => Observable<unknown>) => {
  const protocol = stomp({ envelope: true });
  return connect({ url, protocol, credentials }).pipe(
    heartbeat(),
    retryBackoff(),
    // What a session brought is worked on and acknowledged while it lasts: to the next one the broker brings it again.
    switchMap((session) =>
      session.topic<StompMessage>('/queue/orders', { ack: 'client-individual', 'prefetch-count': 1 }).pipe(
        concatMap(({ headers, body }) =>
          work(body).pipe(
            ignoreElements(),
            endWith('ACK'),
            catchError(() => of('NACK')),
            tap((verdict) => session.send(verdict, { id: headers.ack })),
          ),
        ),
        takeUntil(session.closed),
      ),
    ),
  );
};
// #endregion
