import { connect, heartbeat, request, retryBackoff, shareSession, topic } from 'rxgate';
import { phoenix, type PhoenixEvent, phoenixPresence } from 'rxgate/protocols';
import { filter, map } from 'rxjs';

// #region phoenix
export const lobby = (url: string) => {
  const session$ = connect({ url, protocol: phoenix() }).pipe(heartbeat(), retryBackoff(), shareSession());
  const events$ = session$.pipe(topic<PhoenixEvent>('room:{id}', { id: 'lobby', user: 'ann' }));
  return {
    messages$: events$.pipe(
      filter(({ event }) => event === 'new_msg'),
      map(({ payload }) => payload),
    ),
    here$: events$.pipe(
      phoenixPresence(),
      map((here) => [...here.keys()]),
    ),
    say: (body: string) => session$.pipe(request('room:lobby new_msg', { body })),
  };
};
// #endregion
