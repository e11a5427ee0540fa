import { defer, merge, mergeMap, of, takeUntil } from 'rxjs';
import { limitPeer } from './limitPeer.js';
import { peerStage, type PeerStage } from './peerStage.js';
import { type RateLimitConfig, readRateLimit } from './rateLimitConfig.js';

/**
 * Limits how much a peer may ask for, by token buckets: per connection, per user, per address and per command.
 *
 * Emits each peer as it comes. Everything that a peer sends takes points from every bucket that it belongs to: one point, or what `costs` and
 * `kindCosts` say; pings, cancels and answers that are awaited take a tenth. Where a bucket has too little, a request is answered with the error
 * `RATE_LIMITED` and `retryAfter`, a subscribe is refused with the same, and sends, notifications, pings and what has no meaning are dropped and
 * counted (`rateLimited`). Answers, ends, cancels and unsubscribes are passed on all the same. Each is reported as the event `limited`, and
 * the connection stays, up to `maxViolations`: then it is closed with 4429 and advice when to come back, which `retryBackoff` heeds. (Pings of
 * the WebSocket protocol are answered by the socket before anybody is asked, and count as all others.) Buckets are asked from the narrowest to the widest; those before the one that refuses have given their points. The bucket
 * of a command pays for that command alone. Where a key never gets points again there is no `retryAfter`, and no advice in a close. Several stages add up: what
 * one refuses is not charged by the next.
 *
 * With stores that answer at once messages are passed on at once. While a store takes its time, what the peer asks and tells waits in line, so
 * that its order is kept; pings, cancels and answers are passed on, and paid for afterwards. A store that fails is reported once (`hookFailed`, hook `rateLimit`) until it works again.
 *
 * Errors and completes with the source. Unsubscribing takes the limits off. After a reconnect a client is a new peer: what belongs to its
 * user or its address stays. It stands before `commands` and `topics`. Before `login` it limits logins, too; a user is known from then on.
 *
 * @example
 * rateLimit({ perConnection: { points: 50 }, perUser: { points: 100 }, costs: { 'reports.build': 20 } })
 *
 * @throws TypeError or RangeError at the call, with the name of the option that is invalid.
 */
export function rateLimit(config: RateLimitConfig): PeerStage {
  const settings = readRateLimit(config);
  return peerStage((source) =>
    defer(() => {
      const scopes = settings.createScopes();
      return source.pipe(mergeMap((peer) => merge(limitPeer(peer, scopes, settings).pipe(takeUntil(peer.closed)), of(peer))));
    }),
  );
}
