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
  /**
   * Takes them as well, of a message that waits for no store: `late` is told of a refusal that comes afterwards. What comes while a store is
   * asked is owed, and asked for next.
   */
  beside(message: Message, late: (retryAfter: number) => void): Wait;
}

type Try = readonly [take: TakePoints, key: string];

/** Points that are not taken yet: fractions, since stores count in whole ones, and what waits for a store. */
interface Account {
  owed: number;
}

/** The bucket of a command that has one. */
const bucketOf = (message: Message, { commands }: RateLimitScopes): TakePoints | undefined =>
  message.kind === 'request' || message.kind === 'send' ? commands.get(message.command) : undefined;

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
    const command = bucketOf(message, scopes);
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

/** Whose account a message is on. Nobody is to pay out of the bucket of a command for anything but that command. */
const accountsOf = (scopes: RateLimitScopes): ((message: Message) => Account) => {
  const general: Account = { owed: 0 };
  let own: Map<TakePoints, Account> | undefined;
  return (message) => {
    const bucket = bucketOf(message, scopes);
    if (!bucket) return general;
    const known = own?.get(bucket) ?? { owed: 0 };
    (own ??= new Map<TakePoints, Account>()).set(bucket, known);
    return known;
  };
};

// Tenths add up to a little less than a point.
const hair = 1e-9;

/** Charges one connection; `connection` is its key. */
export function createCharges(peer: Peer, connection: string, scopes: RateLimitScopes, settings: RateLimitSettings): Charges {
  const { costs, topicCost, kindCosts, maxWaiting, storeTimeout } = settings;
  const link = peerLink(peer);
  const tries = bucketsOf(peer, connection, scopes, settings);
  const accountOf = accountsOf(scopes);
  const aside: Account = { owed: 0 };
  let asking = false;

  const failed = (cause: unknown): void => {
    link.report({ type: 'hookFailed', hook: 'rateLimit', cause });
  };
  const costOf = (message: Message): number => {
    const { kind } = message;
    if (kind === 'request' || kind === 'send') return costs.get(message.command) ?? kindCosts[kind];
    if (kind === 'subscribe') return topicCost(message.topic) ?? kindCosts[kind];
    const unasked = (kind === 'reply' || kind === 'failure') && !link.pending.has(message.id);
    return kindCosts[unasked ? 'other' : kind];
  };
  const takePoints = (account: Account, message: Message, cost: number): Wait | Promise<Wait> => {
    const points = Math.floor(account.owed + cost + hair);
    account.owed = Math.max(0, account.owed + cost - points);
    if (points === 0) return undefined;
    const judge = (wait: Wait): Wait => {
      // A refusal is a violation, which is enough: what is owed beyond a point is forgiven, or nothing would ever be given again.
      if (wait !== undefined) account.owed = Math.min(1, account.owed + points - cost);
      return wait;
    };
    const wait = takeAll(tries(message), points, failed);
    return typeof wait === 'object' ? wait.then(judge) : judge(wait);
  };
  const takeAside = (message: Message, cost: number, late: (retryAfter: number) => void): Wait => {
    const wait = takePoints(aside, message, cost);
    if (typeof wait !== 'object') return wait;
    asking = true;
    void wait.then((retryAfter) => {
      asking = false;
      // What came meanwhile. After a refusal there would be another one.
      const next = retryAfter ?? (link.open ? takeAside(message, 0, late) : undefined);
      if (next !== undefined) late(next);
    });
    return undefined;
  };
  return {
    take: (message) => takePoints(accountOf(message), message, costOf(message)),
    beside(message, late) {
      const cost = costOf(message);
      if (!asking) return takeAside(message, cost, late);
      // As for messages that wait in line, of which one is asked about.
      if (aside.owed + cost > maxWaiting + 1 + hair) return storeTimeout;
      aside.owed += cost;
      return undefined;
    },
  };
}
