import { connect, heartbeat, request, retryBackoff, shareSession, topic } from 'rxgate';
import { typedTopics } from 'rxgate/protocols';

// #region typedTopics
interface Bar {
  readonly time: number;
  readonly close: number;
}

const protocol = typedTopics({ topics: ['bars:{symbol}:{resolution}'] });

export const datafeed = (url: string) => {
  const session$ = connect({ url, protocol }).pipe(heartbeat(), retryBackoff(), shareSession());
  return {
    bars: (symbol: string, resolution: string) => session$.pipe(topic<Bar>('bars:{symbol}:{resolution}', { symbol, resolution })),
    place: (symbol: string) => session$.pipe(request<{ order: number }>('orders.place', { symbol })),
  };
};
// #endregion
