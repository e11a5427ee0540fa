import { topicTemplate } from 'rxgate';
import { fakeGateway } from 'rxgate/testing';
import { NEVER } from 'rxjs';
import { trading } from './contract.js';

// #region fake
/** Answers one command, and publishes a bar of a symbol by hand. The rest of the contract may be missing. */
export function fakeTrading() {
  const gateway = fakeGateway({
    contract: trading,
    commands: { 'orders.place': ({ quantity }) => ({ order: quantity }) },
    topics: { 'bars:{symbol}:{resolution}': () => NEVER },
  });
  const bars = topicTemplate('bars:{symbol}:{resolution}');
  const publish = (symbol: string, close: number) => {
    gateway.publish(bars.name({ symbol, resolution: '1D' }), { day: new Date('2026-11-30'), close });
  };
  return { gateway, publish };
}
// #endregion
