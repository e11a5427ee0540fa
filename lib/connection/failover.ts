import { isWebSocketUrl } from './gatewayUrl.js';

/** Several addresses of one gateway; give it to `connect` as `url`. */
export interface Failover {
  /** The url for the next attempt. */
  next(): string;
  /** How the attempt with that url went: `'opened'`, or `'failed'` (also a session that was lost). */
  report(outcome: 'opened' | 'failed'): void;
}

/**
 * Goes through `urls` in a ring: stays with one for as long as it works, takes the next after a failure. It belongs to whoever made it;
 * two connections with one failover share its place in the ring.
 *
 * @example
 * connect({ url: failover(['wss://a.example/ws', 'wss://b.example/ws']), protocol: commandNotify() })
 */
export function failover(urls: readonly string[]): Failover {
  if (!Array.isArray(urls) || urls.length === 0 || !urls.every(isWebSocketUrl))
    throw new TypeError('failover: urls must be a non-empty list of ws: or wss: urls');
  let index = 0;
  return {
    next: () => urls[index] as string,
    report: (outcome) => {
      if (outcome === 'failed') index = (index + 1) % urls.length;
    },
  };
}
