import { checkCount, checkDuration, checkFunction, checkObject, checkOneOf, checkThat } from '../options/check.js';
import { readOptions } from '../options/readOptions.js';
import type { MessageKind } from '../protocols/message.js';
import { addressOf } from './addressOf.js';
import { checkAffordable } from './checkAffordable.js';
import { createEpoch } from './createEpoch.js';
import type { Peer } from './peer.js';
import type { RateLimitStore } from './rateLimitStore.js';
import { type TakePoints, takePoints } from './takePoints.js';
import { topicCosts } from './topicCosts.js';
import { tokenBuckets, type TokenBucketsConfig } from './tokenBuckets.js';

/** A limit: buckets in memory, made as said, or a store of the application's. */
export type RateLimit = TokenBucketsConfig | RateLimitStore;

/** Options of `rateLimit`. Durations are milliseconds. At least one of the limits is needed. */
export interface RateLimitConfig {
  /** A bucket for each connection. */
  readonly perConnection?: RateLimit | undefined;
  /** A bucket for each user, over all connections. Peers without an identity have none. */
  readonly perUser?: RateLimit | undefined;
  /** A bucket for each address, over all connections. */
  readonly perAddress?: RateLimit | undefined;
  /** Buckets for some commands: for each user one per command, or for each connection where there is no identity. */
  readonly perCommand?: Readonly<Record<string, RateLimit>> | undefined;
  /**
   * The points that a command, or a subscribe to a topic of that name, takes; 0: it is free. A template, such as `'bars:{symbol}'`, stands for
   * all topics of that form, as in `topics`: the first that fits counts, after a name without parameters. More than one of the buckets holds
   * is a RangeError. Default 1.
   */
  readonly costs?: Readonly<Record<string, number>> | undefined;
  /** Where a peer comes from. Default: the other end of its connection. Behind a proxy that is the proxy: read its header then. */
  readonly address?: ((peer: Peer) => string) | undefined;
  /**
   * The points that a message of a kind takes, where `costs` does not name it; fractions are collected until they make a point. Default: 0.1 for
   * `ping`, `pong` (those of the WebSocket protocol as well), `cancel`, `unsubscribe`, and for `reply` and `failure` that a request waits
   * for; 1 for all others. An answer that nobody waits for costs as `other` does.
   */
  readonly kindCosts?: Readonly<Partial<Record<MessageKind, number>>> | undefined;
  /** How many refusals within `violationWindow` a peer may have; with one more it is closed. `Infinity`: any number. Default 100. */
  readonly maxViolations?: number | undefined;
  /** Default 60 000. */
  readonly violationWindow?: number | undefined;
  /** How many messages of one peer wait while a store is asked, and how many points it may owe beside; more is refused. Default 100. */
  readonly maxWaiting?: number | undefined;
  /** How many bytes of frames they may have together; one that is larger may wait alone. Default 1 048 576. */
  readonly maxBuffered?: number | undefined;
  /** How long a store may take. One that takes longer has failed. Default 1 000. */
  readonly storeTimeout?: number | undefined;
  /** What becomes of a message when a store fails. Default `'allow'`. */
  readonly onStoreError?: 'allow' | 'refuse' | undefined;
  /** Tells the keys of this machine's connections from those of others in a common store: a number in [0, 1). Default `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/** The buckets of one subscription of the stage. */
export interface RateLimitScopes {
  readonly connection: TakePoints | undefined;
  readonly user: TakePoints | undefined;
  readonly address: TakePoints | undefined;
  readonly commands: ReadonlyMap<string, TakePoints>;
  /** A key for one more connection, which is nobody else's, on this machine or another. */
  connectionKey(): string;
  /** Notes a refusal; tells whether that was one too many. */
  violate(connection: string): boolean;
  /** Keeps nothing of a peer that is gone. */
  forget(connection: string): void;
}

/** The checked options, with their defaults. */
export interface RateLimitSettings {
  readonly costs: ReadonlyMap<string, number>;
  /** What `costs` says of a topic. */
  readonly topicCost: (topic: string) => number | undefined;
  readonly kindCosts: Readonly<Record<MessageKind, number>>;
  readonly address: (peer: Peer) => string;
  readonly maxWaiting: number;
  readonly maxBuffered: number;
  readonly storeTimeout: number;
  /** Once per subscription. */
  createScopes(): RateLimitScopes;
}

const owner = 'rateLimit';
const isStore = (limit: RateLimit): limit is RateLimitStore => typeof (limit as Partial<RateLimitStore>).consume === 'function';

const checkLimit = (name: string, limit: RateLimit): void => {
  checkThat(owner, name, limit, 'a store or an object with points', typeof limit === 'object' && limit !== null);
  // What is wrong with the options of a bucket is to be told at the call.
  if (!isStore(limit)) tokenBuckets(`${owner}: ${name}`, limit);
};

const cheap = 0.1;
const defaultCosts: Readonly<Record<MessageKind, number>> = {
  request: 1,
  send: 1,
  subscribe: 1,
  notification: 1,
  ended: 1,
  confirmation: 1,
  refusal: 1,
  other: 1,
  malformed: 1,
  reply: cheap,
  failure: cheap,
  cancel: cheap,
  unsubscribe: cheap,
  closed: cheap,
  ping: cheap,
  pong: cheap,
};
const checkKindCosts = (given: Readonly<Partial<Record<MessageKind, number>>>): Readonly<Record<MessageKind, number>> => {
  const costs = { ...defaultCosts };
  for (const [kind, cost] of Object.entries(checkObject(owner, 'kindCosts', given)) as [MessageKind, number | undefined][]) {
    checkThat(owner, `kindCosts.${kind}`, cost, 'the cost of a kind of message', kind in defaultCosts);
    if (cost === undefined) continue;
    const isNumber = typeof cost === 'number' && Number.isFinite(cost);
    checkThat(owner, `kindCosts.${kind}`, cost, 'a number from 0', isNumber && cost >= 0, isNumber ? RangeError : TypeError);
    costs[kind] = cost;
  }
  return costs;
};

const scopeNames = ['perConnection', 'perUser', 'perAddress'] as const;

/** Checks the options of `rateLimit` at the call. */
export function readRateLimit(config: RateLimitConfig): RateLimitSettings {
  const { maxViolations, violationWindow, maxWaiting, maxBuffered, storeTimeout, onStoreError, address, random } = readOptions(
    owner,
    config,
    {
      maxViolations: [checkCount, 100, { infinite: true }],
      violationWindow: [checkDuration, 60_000, { min: 1 }],
      maxWaiting: [checkCount, 100, {}],
      maxBuffered: [checkCount, 1_048_576, { min: 1 }],
      storeTimeout: [checkDuration, 1_000, { min: 1 }],
      onStoreError: [checkOneOf, 'allow', ['allow', 'refuse']],
      address: [checkFunction, addressOf],
      random: [checkFunction, Math.random],
    },
  );
  const { perConnection, perUser, perAddress, perCommand = {}, costs = {}, kindCosts = {} } = config;
  checkObject(owner, 'perCommand', perCommand);
  checkObject(owner, 'costs', costs);
  const given = [
    ...scopeNames.map((name) => [name, config[name]] as const),
    ...Object.entries(perCommand).map(([name, limit]) => [`perCommand.${name}`, limit] as const),
  ];
  for (const [name, limit] of given) if (limit !== undefined) checkLimit(name, limit);
  if (given.every(([, limit]) => limit === undefined))
    throw new TypeError(`${owner}: one of ${scopeNames.join(', ')} or perCommand must be given`);
  for (const [name, cost] of Object.entries(costs)) checkCount(owner, `costs.${name}`, cost);
  const everyKind = checkKindCosts(kindCosts);
  checkAffordable(
    scopeNames.map((name) => [name, config[name]]),
    perCommand,
    { costs, kindCosts: everyKind },
  );

  return {
    ...{ address, maxWaiting, maxBuffered, storeTimeout },
    costs: new Map(Object.entries(costs)),
    topicCost: topicCosts(costs),
    kindCosts: everyKind,
    createScopes() {
      const storeOf = (limit: RateLimit): RateLimitStore => (isStore(limit) ? limit : tokenBuckets(owner, limit));
      const takeFrom = (store: RateLimitStore): TakePoints =>
        takePoints(store, storeTimeout, onStoreError === 'allow' ? undefined : storeTimeout);
      const own = <T extends object>(limits: T): T & { maxKeys: number } => ({ ...limits, maxKeys: Number.MAX_SAFE_INTEGER });
      const epoch = createEpoch(random);
      // Not the number of the peer: another server has the same.
      let lastId = 0;
      // As many keys as there are connections.
      const connections = perConnection && (isStore(perConnection) ? undefined : tokenBuckets(owner, own(perConnection)));
      const violations =
        maxViolations > 0 && maxViolations < Infinity
          ? tokenBuckets(owner, own({ points: maxViolations, duration: violationWindow }))
          : undefined;
      return {
        connection: perConnection && takeFrom(connections ?? storeOf(perConnection)),
        user: perUser && takeFrom(storeOf(perUser)),
        address: perAddress && takeFrom(storeOf(perAddress)),
        commands: new Map(Object.entries(perCommand).map(([name, limit]) => [name, takeFrom(storeOf(limit))])),
        connectionKey: () => `connection:${epoch}:${++lastId}`,
        violate: (connection) => (violations ? violations.consume(connection).refused === true : maxViolations === 0),
        forget(connection) {
          connections?.delete(connection);
          violations?.delete(connection);
        },
      };
    },
  };
}
