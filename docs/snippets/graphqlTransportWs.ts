import { connect, heartbeat, request, retryBackoff, shareSession, topic } from 'rxgate';
import { graphqlTransportWs } from 'rxgate/protocols';

// #region graphqlTransportWs
interface Bar {
  readonly symbol: string;
  readonly close: number;
}

const protocol = graphqlTransportWs({
  operations: { place: 'mutation ($symbol: ID!, $quantity: Int!) { place(symbol: $symbol, quantity: $quantity) { id } }' },
  topics: { 'bars:{symbol}': 'subscription ($symbol: ID!) { bars(symbol: $symbol) { symbol close } }' },
});

export const trading = (url: string, token: () => string) => {
  const session$ = connect({ url, protocol, credentials: () => ({ token: token() }) }).pipe(
    heartbeat(),
    retryBackoff(),
    shareSession(),
  );
  return {
    hello$: session$.pipe(request<{ hello: string }>('query ($name: String) { hello(name: $name) }', { name: 'ann' })),
    place: (symbol: string, quantity: number) => session$.pipe(request('place', { symbol, quantity })),
    count$: session$.pipe(request<{ count: number }>('subscription { count(to: 3) }', {}, { stream: true })),
    bars: (symbol: string) => session$.pipe(topic<{ bars: Bar }>('bars:{symbol}', { symbol })),
  };
};
// #endregion
