import { defer, merge, mergeMap, type MonoTypeOperatorFunction, Observable, of, takeUntil } from 'rxjs';
import { nameOf } from '../connection/codecFrames.js';
import type { Message } from '../protocols/message.js';
import { readAddress } from './addressOf.js';
import { filterIntake } from './filterIntake.js';
import { createHeldMessages } from './heldMessages.js';
import type { Peer } from './peer.js';
import { peerLink } from './peerLink.js';
import { type RateLimitConfig, type RateLimitScopes, type RateLimitSettings, readRateLimit } from './rateLimitConfig.js';
import { refuseMessage } from './refuseMessage.js';
import { sendAway } from './sendAway.js';
import type { TakePoints, Wait } from './takePoints.js';

type Try = readonly [take: TakePoints, key: string];

/** The buckets that a message takes from. Of several that share a store, each has a name of its own there. */
const bucketsOf = (
  peer: Peer,
  connection: string,
  scopes: RateLimitScopes,
  settings: RateLimitSettings,
): ((message: Message) => Try[]) => {
  const address = scopes.address && `address:${readAddress(peer, settings.address)}`;
  return (message) => {
    const user = peer.identity && `user:${peer.identity.user}`;
    const command = message.kind === 'request' || message.kind === 'send' ? scopes.commands.get(message.command) : undefined;
    const tries: Try[] = [];
    if (scopes.connection) tries.push([scopes.connection, connection]);
    if (command) tries.push([command, `command:${nameOf(message) ?? ''}:${user ?? connection}`]);
    if (scopes.user && user !== undefined) tries.push([scopes.user, user]);
    if (scopes.address && address !== undefined) tries.push([scopes.address, address]);
    return tries;
  };
};

/** Takes from all, one after the other, until one refuses. */
function takeAll(tries: readonly Try[], points: number, failed: (cause: unknown) => void, first = 0): Wait | Promise<Wait> {
  for (let index = first; index < tries.length; index++) {
    const [take, key] = tries[index] as Try;
    const wait = take(key, points, failed);
    if (typeof wait === 'object') return wait.then((late) => late ?? takeAll(tries, points, failed, index + 1));
    if (wait !== undefined) return wait;
  }
  return undefined;
}

/** What a client begins by itself, or cannot be read. The rest answers this side, keeps the connection alive, or ends something. */
const isLimited = ({ kind }: Message): boolean =>
  kind === 'request' || kind === 'send' || kind === 'subscribe' || kind === 'other' || kind === 'malformed';

/** Limits the messages of one peer; emits nothing. */
function limitPeer(peer: Peer, scopes: RateLimitScopes, settings: RateLimitSettings): Observable<never> {
  return new Observable(() => {
    const { maxWaiting, storeTimeout, costs } = settings;
    const link = peerLink(peer);
    const connection = scopes.connectionKey();
    const tries = bucketsOf(peer, connection, scopes, settings);
    // The first one is what a store is asked about.
    const line = createHeldMessages(maxWaiting + 1);
    let busy = false;
    let over = false;

    const refuse = (message: Message, retryAfter: number): void => {
      link.report({ type: 'limited', session: peer.id, name: nameOf(message), retryAfter });
      refuseMessage(link, message, { code: 'RATE_LIMITED', message: 'too many messages', retryAfter, drop: 'rateLimited' });
      if (scopes.violate(connection)) sendAway(link, 4429, 'violations', { retryAfter, spread: retryAfter });
    };
    const failed = (cause: unknown): void => {
      link.report({ type: 'hookFailed', hook: 'rateLimit', cause });
    };
    const ask = (message: Message): Wait | Promise<Wait> => {
      const cost = costs.get(nameOf(message) ?? '') ?? 1;
      return cost === 0 ? undefined : takeAll(tries(message), cost, failed);
    };
    const takeOut = filterIntake(link, (message, pass) => {
      const settle = (settled: Message, retryAfter: number | undefined): void => {
        if (retryAfter === undefined) pass(settled);
        else refuse(settled, retryAfter);
      };
      const proceed = (): void => {
        busy = true;
        for (let next = line.first; next && link.open; next = line.first) {
          const wait = ask(next);
          if (typeof wait === 'object') {
            void wait.then(later(next));
            return;
          }
          line.take();
          settle(next, wait);
        }
        busy = false;
      };
      const later =
        (asked: Message) =>
        (retryAfter: number | undefined): void => {
          // What a peer asked for that is on its way out is neither done nor answered.
          if (over || !link.open) return;
          // Else it was withdrawn meanwhile.
          if (line.first === asked) {
            line.take();
            settle(asked, retryAfter);
          }
          proceed();
        };

      if (!isLimited(message)) {
        if (!line.withdraw(message)) pass(message);
      } else if (!line.add(message)) refuse(message, storeTimeout);
      else if (!busy) proceed();
    });
    return () => {
      over = true;
      takeOut();
      scopes.forget(connection);
    };
  });
}

/**
 * Limits how much a peer may ask for, by token buckets: per connection, per user, per address and per command.
 *
 * Emits each peer as it comes. Requests, sends, subscribes and frames without a meaning take one point, or what `costs` says, from every bucket
 * that they belong to; answers, cancels, unsubscribes and pings are free. Where a bucket has too little, a request is answered with the error
 * `RATE_LIMITED` and `retryAfter`, a subscribe is refused with the same, anything else is dropped and counted (`rateLimited`). Each is reported
 * as the event `limited`, and the connection stays, up to `maxViolations`: then it is closed with 4429 and advice when to come back, which
 * `retryBackoff` heeds. Buckets are asked from the narrowest to the widest; those before the one that refuses have given their points.
 *
 * With stores that answer at once messages are passed on at once. While a store takes its time, the messages of that peer wait in line, so that
 * their order is kept. A store that fails is reported once (`hookFailed`, hook `rateLimit`) until it works again.
 *
 * Errors and completes with the source. Unsubscribing takes the limits off. After a reconnect a client is a new peer: what belongs to its
 * user or its address stays. It stands before `commands` and `topics`. Before `login` it limits logins, too; a user is known from then on.
 *
 * @example
 * rateLimit({ perConnection: { points: 50 }, perUser: { points: 100 }, costs: { 'reports.build': 20 } })
 *
 * @throws TypeError or RangeError at the call, with the name of the option that is invalid.
 */
export function rateLimit(config: RateLimitConfig): MonoTypeOperatorFunction<Peer> {
  const settings = readRateLimit(config);
  return (source) =>
    defer(() => {
      const scopes = settings.createScopes();
      return source.pipe(mergeMap((peer) => merge(limitPeer(peer, scopes, settings).pipe(takeUntil(peer.closed)), of(peer))));
    });
}
