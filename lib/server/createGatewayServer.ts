import { type MonoTypeOperatorFunction, type Observable, Subject } from 'rxjs';
import { type HeartbeatConfig, heartbeat } from '../operators/heartbeat.js';
import type { Contract } from '../contract/contract.js';
import { checkObject, checkThat } from '../options/check.js';
import { broadcast, type BroadcastOptions, type BroadcastResult } from './broadcast.js';
import { commands, type CommandsConfig } from './commands.js';
import type { CommandHandlers, Elsewhere, ServedCommand, ServedTopic, TopicHandlers } from './contractHandlers.js';
import { createEventLoopMonitor } from './createEventLoopMonitor.js';
import { createDrain, type DrainOptions } from './createDrain.js';
import { createRooms, type Rooms } from './createRooms.js';
import { createUsers, type Users } from './createUsers.js';
import type { DrainProgress } from './drain.js';
import { expiry, type ExpiryConfig } from './expiry.js';
import { holdPeers } from '../connection/holdPeers.js';
import { lifetime, type LifetimeOptions } from './lifetime.js';
import { limits, type LimitsConfig } from './limits.js';
import { login, type LoginConfig } from './login.js';
import type { Peer } from './peer.js';
import { rateLimit } from './rateLimit.js';
import type { RateLimitConfig } from './rateLimitConfig.js';
import { serve } from './serve.js';
import { createServerCounters, type ServerCounters } from './serverCounters.js';
import { sampleServerMetrics, serverMetrics, type ServerMetrics } from './serverMetrics.js';
import type { ServeAddress, ServeOptions } from './serveOptions.js';
import { slowConsumers, type SlowConsumersConfig } from './slowConsumers.js';
import { topics, type TopicsConfig } from './topics.js';

/** What {@link createGatewayServer} takes: what `serve` takes, and the options of the stages. What is left out is not there. */
export interface GatewayServerConfig<
  C extends Contract = Contract,
  E extends Elsewhere = readonly [],
  T extends Elsewhere = readonly [],
> extends Omit<ServeOptions<C>, 'counters' | 'drain'> {
  /** Counted up by all peers together. Default: new ones. */
  readonly counters?: ServerCounters | undefined;
  /** Options of `createDrain`. */
  readonly drain?: DrainOptions | undefined;
  /** Options of `heartbeat`; `false` leaves it out. Default: its defaults. */
  readonly heartbeat?: HeartbeatConfig | false | undefined;
  /** Options of `lifetime`. Default: a peer may stay for as long as it likes. */
  readonly lifetime?: LifetimeOptions | undefined;
  /** Options of `limits`. */
  readonly limits?: LimitsConfig | undefined;
  /** Options of `login`. Default: who a peer is, is known from the upgrade or not at all. */
  readonly login?: LoginConfig<never> | undefined;
  /** Options of `expiry`. */
  readonly expiry?: ExpiryConfig<never> | undefined;
  /** Options of `rateLimit`. */
  readonly rateLimit?: RateLimitConfig | undefined;
  /** Options of `slowConsumers`; `false` leaves it out. Default: its defaults. */
  readonly slowConsumers?: SlowConsumersConfig | false | undefined;
  /** Who is connected. Default: new ones, without a grace. */
  readonly users?: Users | undefined;
  /** Who is in which room. Default: new ones. */
  readonly rooms?: Rooms | undefined;
  /** Stages of your own, behind users and rooms and before the handlers; `rooms.commands(…)` for one. */
  readonly stages?: readonly MonoTypeOperatorFunction<Peer>[] | undefined;
  /** Handlers of `commands`. */
  readonly commands?: CommandHandlers<Peer<C>, E> | undefined;
  /** Options of `commands`. */
  readonly commandOptions?: (CommandsConfig & { readonly elsewhere?: E | undefined }) | undefined;
  /** Handlers of `topics`. */
  readonly topics?: TopicHandlers<Peer<C>, T> | undefined;
  /** Options of `topics`. */
  readonly topicOptions?: (TopicsConfig<Peer> & { readonly elsewhere?: T | undefined }) | undefined;
  /** Milliseconds between two samples of `metrics`. Default 1 000. */
  readonly metricsInterval?: number | undefined;
}

/** A server in one object. Made, and started, by {@link createGatewayServer}. */
export interface GatewayServer<C extends Contract = Contract> {
  /**
   * Each peer, when it has passed all stages; hot, without replay. Completes when the server was drained or closed, and errors with what
   * ended the server. Unsubscribing changes nothing. A client that reconnects is a new peer.
   */
  readonly peers: Observable<Peer<C>>;
  /** Where it listens; rejects if it cannot, or was closed before. Never settles for a server that listens nowhere, as with `upgrades`. */
  readonly listening: Promise<ServeAddress>;
  readonly users: Users;
  readonly rooms: Rooms;
  readonly counters: ServerCounters;
  /** Samples, as of `serverMetrics`: one at once, then one each `metricsInterval` ms. Errors never and completes never. */
  readonly metrics: Observable<ServerMetrics>;
  /** A sample of now. */
  snapshot(): ServerMetrics;
  /** Sends a notification to all peers: see `broadcast`. */
  broadcast(command: string, data?: unknown, options?: BroadcastOptions): BroadcastResult;
  /** Sends a notification to the connections of a user. */
  toUser(user: string, command: string, data?: unknown, options?: BroadcastOptions): BroadcastResult;
  /** Sends a notification to whoever is in a room. */
  toRoom(room: string, command: string, data?: unknown, options?: BroadcastOptions): BroadcastResult;
  /** Ends gently: see `createDrain`. The observable tells how far it is, and completes when the last peer is gone. */
  drain(): Observable<DrainProgress>;
  /** Whether it was closed, was drained to the end, or failed. */
  readonly closed: boolean;
  /** Ends at once: peers are closed with 1001, and it listens no more. */
  close(): void;
  [Symbol.asyncDispose](): Promise<void>;
}

/** The limits that can be looked at before a peer has logged in, and those that cannot. */
function limitsAround(login: boolean, { perUser, ...others }: LimitsConfig): [before: LimitsConfig[], after: LimitsConfig[]] {
  if (!login || perUser === undefined) return [[{ perUser, ...others }], []];
  const { total, perAddress, ...rest } = others;
  return [total === undefined && perAddress === undefined ? [] : [others], [{ perUser, ...rest }]];
}

/** Options whose `elsewhere` the types do not look at. */
type OpenOptions<Config> = Config & { readonly elsewhere?: true };

/** The stages that a config asks for, in their order. */
function stagesOf(
  config: GatewayServerConfig<Contract, Elsewhere, Elsewhere>,
  users: Users,
  rooms: Rooms,
): MonoTypeOperatorFunction<Peer>[] {
  const { heartbeat: beat = {}, slowConsumers: slow = {}, commandOptions, topicOptions } = config;
  const [before, after] = config.limits ? limitsAround(config.login !== undefined, config.limits) : [[], []];
  return [
    ...(slow ? [slowConsumers(slow)] : []),
    ...before.map(limits),
    ...(beat ? [heartbeat<Peer>(beat)] : []),
    ...(config.lifetime ? [lifetime<Peer>(config.lifetime)] : []),
    ...(config.rateLimit ? [rateLimit(config.rateLimit)] : []),
    ...(config.login ? [login(config.login)] : []),
    ...after.map(limits),
    ...(config.expiry ? [expiry(config.expiry)] : []),
    users.track(),
    rooms.track(),
    ...(config.stages ?? []),
    ...(config.commands ? [commands<Peer, true>(config.commands, commandOptions as OpenOptions<CommandsConfig>)] : []),
    ...(config.topics ? [topics<Peer, true>(config.topics, topicOptions as OpenOptions<TopicsConfig<Peer>>)] : []),
  ];
}

/**
 * The pipeline of a server in one object, for people who want one. It holds no logic of its own: each of its parts can be used by itself,
 * and is described there. It listens at once.
 *
 * The order of the stages: `serve` (with its `authenticate`) → `slowConsumers` → `limits` → `heartbeat` → `lifetime` → `rateLimit` → `login` (and
 * then the limit per user) → `expiry` → `users.track()` → `rooms.track()` → your `stages` → `commands` → `topics`. So a peer above a limit
 * costs nothing but its upgrade, its life counts from there, and handlers find users and rooms in place.
 *
 * A failure of the server (it cannot listen, for one) ends it: `listening` rejects, `peers` errors; if neither was there to hear it, it is
 * reported as unhandled.
 *
 * @example
 * const server = createGatewayServer({
 *   port: 8080,
 *   protocol: commandNotify(),
 *   authenticate: (request) => verify(request.headers.cookie),
 *   limits: { perUser: 5 },
 *   commands: { say: (text: string, { peer }) => server.broadcast('said', { user: peer.identity?.user, text }).sent },
 * });
 * const { port } = await server.listening;
 *
 * With a `contract` its peers and handlers are typed by it, and `commands` and `topics` are complete, less what their options say is `elsewhere`.
 *
 * @throws TypeError or RangeError at the call, with the name of the option that is invalid.
 */
export function createGatewayServer<
  C extends Contract = Contract,
  const E extends Elsewhere<ServedCommand<Peer<C>>> = readonly [],
  const T extends Elsewhere<ServedTopic<Peer<C>>> = readonly [],
>(config: GatewayServerConfig<C, E, T>): GatewayServer<C> {
  checkObject('createGatewayServer', 'config', config);
  const { users = createUsers(), rooms = createRooms(), counters = createServerCounters(), metricsInterval } = config;
  const { stages = [], heartbeat: beat, slowConsumers: slow, lifetime: life } = config;
  checkThat('createGatewayServer', 'stages', stages, 'a list of stages', Array.isArray(stages));
  if (life !== undefined) checkObject('createGatewayServer', 'lifetime', life);
  for (const [name, options] of Object.entries({ heartbeat: beat, slowConsumers: slow }))
    if (options !== undefined && options !== false) checkObject('createGatewayServer', name, options);
  const drain = createDrain(config.drain);
  const metrics = serverMetrics({ counters, users, rooms, interval: metricsInterval });
  const connected = new Set<Peer>();
  const peers = new Subject<Peer>();
  let closed = false;
  let settle: { resolve(address: ServeAddress): void; reject(error: unknown): void } | undefined;
  const listening = new Promise<ServeAddress>((resolve, reject) => {
    settle = { resolve, reject };
  });
  // Who does not ask where it listens is not to be told by a crash.
  listening.catch(() => undefined);

  let pipeline: Observable<Peer> = serve({
    ...config,
    ...{ counters, drain },
    listening: (address) => {
      settle?.resolve(address);
      settle = undefined;
      config.listening?.(address);
    },
  });
  const known = holdPeers<Peer>(() => ({
    enter: (peer) => connected.add(peer),
    leave: (peer) => connected.delete(peer),
  }));
  for (const stage of [...stagesOf(config as GatewayServerConfig<Contract, Elsewhere, Elsewhere>, users, rooms), known])
    pipeline = pipeline.pipe(stage);

  const eventLoop = createEventLoopMonitor();
  const over = (error: unknown): void => {
    closed = true;
    eventLoop.stop();
    settle?.reject(error);
    settle = undefined;
  };
  const running = pipeline.subscribe({
    next: (peer) => {
      peers.next(peer);
    },
    error: (error: unknown) => {
      const heard = settle !== undefined || peers.observed;
      over(error);
      peers.error(error);
      if (!heard) throw error;
    },
    complete: () => {
      over(new Error('createGatewayServer: drained before it listened'));
      peers.complete();
    },
  });
  const close = (): void => {
    running.unsubscribe();
    over(new Error('createGatewayServer: closed before it listened'));
    peers.complete();
  };

  return {
    peers: peers.asObservable() as Observable<Peer<C>>,
    ...{ listening, users, rooms, counters, metrics, close },
    snapshot: () => sampleServerMetrics({ counters, users, rooms, eventLoop }),
    broadcast: (command, data, options) => broadcast(connected, command, data, options),
    toUser: (user, command, data, options) => broadcast(users.toUser(user), command, data, options),
    toRoom: (room, command, data, options) => broadcast(rooms.toRoom(room), command, data, options),
    drain: () => drain.begin(),
    get closed() {
      return closed;
    },
    [Symbol.asyncDispose]: () => {
      close();
      return Promise.resolve();
    },
  };
}
