import { nameOf } from '../connection/codecFrames.js';
import type { Message } from '../protocols/message.js';
import { readAddress } from './addressOf.js';
import type { Peer } from './peer.js';
import { peerLink } from './peerLink.js';
import type { RateLimitScopes, RateLimitSettings } from './rateLimitConfig.js';
import type { TakePoints, Wait } from './takePoints.js';

/** What the messages of one peer cost, taken from its buckets. A refusal takes nothing, and says when to come again. */
export interface Charges {
  /** Takes the points of a message. */
  take(message: Message): Wait | Promise<Wait>;
  /** Takes them as well, of a message that waits for no store: `late` is told of a refusal that comes afterwards. */
  beside(message: Message, late: (retryAfter: number) => void): Wait;
}

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

/** Charges one connection; `connection` is its key. */
export function createCharges(peer: Peer, connection: string, scopes: RateLimitScopes, settings: RateLimitSettings): Charges {
  const { costs, kindCosts } = settings;
  const link = peerLink(peer);
  const tries = bucketsOf(peer, connection, scopes, settings);
  // Fractions, which become a point some day: stores count in whole ones.
  let owed = 0;
  let asking = false;

  const failed = (cause: unknown): void => {
    link.report({ type: 'hookFailed', hook: 'rateLimit', cause });
  };
  const costOf = (message: Message): number => {
    const { kind } = message;
    if (kind === 'request' || kind === 'send') return costs.get(message.command) ?? kindCosts[kind];
    if (kind === 'subscribe') return costs.get(message.topic) ?? kindCosts[kind];
    const unasked = (kind === 'reply' || kind === 'failure') && !link.pending.has(message.id);
    return kindCosts[unasked ? 'other' : kind];
  };
  const takePoints = (message: Message, cost: number): Wait | Promise<Wait> => {
    // Tenths add up to a little less than a point.
    const points = Math.floor(owed + cost + 1e-9);
    owed = Math.max(0, owed + cost - points);
    if (points === 0) return undefined;
    const judge = (wait: Wait): Wait => {
      if (wait !== undefined) owed = Math.min(1, owed + points - cost);
      return wait;
    };
    const wait = takeAll(tries(message), points, failed);
    return typeof wait === 'object' ? wait.then(judge) : judge(wait);
  };
  return {
    take: (message) => takePoints(message, costOf(message)),
    beside(message, late) {
      const cost = costOf(message);
      if (asking) {
        owed += cost;
        return undefined;
      }
      const wait = takePoints(message, cost);
      if (typeof wait !== 'object') return wait;
      asking = true;
      void wait.then((retryAfter) => {
        asking = false;
        if (retryAfter !== undefined) late(retryAfter);
      });
      return undefined;
    },
  };
}
