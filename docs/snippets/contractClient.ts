import { connect, drain, request, retryBackoff, shareSession, topic } from 'rxgate';
import { commandNotify } from 'rxgate/protocols';
import { map } from 'rxjs';
import { trading } from './contract.js';

// #region client
export function tradingClient(url: string) {
  const session$ = connect({ url, protocol: commandNotify(), contract: trading }).pipe(
    retryBackoff(),
    shareSession({ linger: 1_000 }),
  );
  return {
    place: (symbol: string, quantity: number) => session$.pipe(request('orders.place', { symbol, quantity })),
    count: session$.pipe(request('orders.count')),
    days: (symbol: string) =>
      session$.pipe(
        topic('bars:{symbol}:{resolution}', { symbol, resolution: '1D' }),
        map(({ day }) => day.getUTCFullYear()), // a Date
      ),
    leave: drain(session$),
  };
}
// #endregion
