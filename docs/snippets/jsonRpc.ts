import { connect, heartbeat, request, retryBackoff, shareSession, topic } from 'rxgate';
import { jsonRpc, jsonRpcEvents, jsonRpcSubscriptions } from 'rxgate/protocols';

// #region jsonRpc
export const calculator = (url: string) => {
  const protocol = jsonRpc({ topics: jsonRpcEvents() }); // events as rpc-websockets has them
  const session$ = connect({ url, protocol }).pipe(heartbeat(), retryBackoff(), shareSession());
  return {
    sum: (...numbers: readonly number[]) => session$.pipe(request<number>('sum', numbers)),
    feed$: session$.pipe(topic<{ price: number }>('feed')),
  };
};
// #endregion

// #region others
export const ethereum = jsonRpc({
  topics: jsonRpcSubscriptions({ subscribe: 'eth_subscribe', unsubscribe: 'eth_unsubscribe', notification: 'eth_subscription' }),
}); // topic('newHeads'), topic('logs', { address })
export const devTools = jsonRpc({ jsonrpc: false, scope: 'sessionId' }); // request('8A…/Page.enable')
export const aria2 = (secret: string) =>
  jsonRpc({
    // Its `system.multicall` has the token within each call.
    params: (method, data = []) => (method.startsWith('aria2.') ? [`token:${secret}`, ...(data as readonly unknown[])] : data),
    ping: 'system.listMethods', // open to all: who has no token is answered late
  });
// #endregion
