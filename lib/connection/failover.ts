import type { GatewayEvent } from '../events/gatewayEvent.js';
import { guarded } from '../events/reporter.js';
import { has } from '../options/check.js';
import { isWebSocketUrl } from './gatewayUrl.js';

/** Several addresses of one gateway; give it to `connect` as `url`. */
export interface Failover {
  /** The url for the next attempt. */
  next(): string;
  /** How the attempt with that url went: `'opened'`, or `'failed'` (also a session that was lost). */
  report(outcome: 'opened' | 'failed'): void;
}

/** The ring that a url is, if it is one. */
export const failoverOf = (url: unknown): Failover | undefined => (has(url, 'report') ? (url as Failover) : undefined);

/** Tells the ring, if there is one, how the attempt with its url went. The application may have written it. */
export const tellRing = (url: unknown, outcome: 'opened' | 'failed', report: (event: GatewayEvent) => void): void => {
  guarded(report, 'failover', () => failoverOf(url)?.report(outcome));
};

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
