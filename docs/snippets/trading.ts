// #region client
import { createGateway } from 'rxgate';
import { createClient } from '../../demo/trading/client/createClient.js';
import { gatewayConfig } from '../../demo/trading/client/gatewayConfig.js';

/** The bars of a symbol, and the gateway to close at the end. */
export function trading(url: string) {
  const gateway = createGateway(gatewayConfig({ url }));
  const { bars } = createClient(gateway);
  return { gateway, bars$: bars.bars({ symbol: 'AAPL', resolution: '1' }) };
}
// #endregion

// #region mock
import { mockGateway } from '../../demo/trading/client/mockGateway.js';

/** A gateway to try the program on: it answers with the document's examples. */
export const mock = (port: number, listening: () => void) => mockGateway({ port, listening, interval: 100 });
// #endregion
