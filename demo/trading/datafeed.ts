import type { Gateway } from 'rxgate';
import type { Subscription } from 'rxjs';
import { createBarsClient } from './client/barsClient.js';
import type { GatewayContract } from './client/contract.js';
import type { Bar, BarsSubscriptionRequest } from './client/types.js';

/** What a chart knows of an instrument. */
export interface SymbolInfo {
  readonly name: string;
}

/** What charts ask for bars: they know listeners by an id of their own. */
export interface Datafeed {
  /** Calls `onTick` for each bar until the listener is taken off. `onError` hears that the gateway refused. */
  subscribeBars(
    symbol: SymbolInfo,
    resolution: BarsSubscriptionRequest['resolution'],
    onTick: (bar: Bar) => void,
    listener: string,
    onError?: (error: unknown) => void,
  ): void;
  unsubscribeBars(listener: string): void;
  /** Takes all listeners off. */
  close(): void;
}

/** A datafeed on a gateway. It keeps no topic, no count and no retry of its own: the subscription of a listener is all there is. */
export function createDatafeed(gateway: Gateway<GatewayContract>): Datafeed {
  const bars = createBarsClient(gateway);
  const listeners = new Map<string, Subscription>();
  const unsubscribeBars = (listener: string): void => {
    listeners.get(listener)?.unsubscribe();
    listeners.delete(listener);
  };
  return {
    subscribeBars(symbol, resolution, onTick, listener, onError = () => undefined) {
      unsubscribeBars(listener);
      listeners.set(
        listener,
        bars.bars({ symbol: symbol.name, resolution }, { replay: 1 }).subscribe({ next: onTick, error: onError }),
      );
    },
    unsubscribeBars,
    close: () => {
      for (const listener of [...listeners.keys()]) unsubscribeBars(listener);
    },
  };
}
