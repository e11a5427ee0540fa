import { checkHeaders } from '#socket';
import type { Validation } from '../contract/boundary.js';
import type { ClientContract, Contract } from '../contract/contract.js';
import type { Counters } from '../events/counters.js';
import type { EventObserver } from '../events/gatewayEvent.js';
import {
  checkCount,
  checkCounting,
  checkDuration,
  checkFunction,
  checkObject,
  checkObserver,
  checkThat,
  has,
  isToken,
} from '../options/check.js';
import { readOptions } from '../options/readOptions.js';
import type { Protocol } from '../protocols/protocol.js';
import { checkProvider } from './checkProvider.js';
import { type Failover, failoverOf } from './failover.js';
import { isWebSocketUrl } from './gatewayUrl.js';
import type { Provider } from './provider.js';
import type { SocketLike, SocketOptions } from './socketLike.js';
import type { Verdict } from './verdict.js';

/** What `connect` takes. Providers are asked once per attempt; one that fails is a failed attempt, not the end. Durations are milliseconds. */
export interface ConnectConfig<C extends Contract = Contract> {
  /** The gateway: `ws:` or `wss:`. A value, a function, a promise, an observable, or `failover([…])`. */
  readonly url: Provider<string> | Failover;
  /** How messages look on the wire, for example `commandNotify()`. */
  readonly protocol: Protocol;
  /** Types the sessions, and checks their payloads: see `contract`. Default: none. */
  readonly contract?: ClientContract<C> | undefined;
  /** What becomes of a payload that the contract's codec refuses. Default `'strict'`. */
  readonly validation?: Validation | undefined;
  /** Subprotocols to offer: tokens of RFC 6455, each once. Default: the protocol's. */
  readonly protocols?: Provider<string | readonly string[]> | undefined;
  /** Headers of the upgrade: names to texts without control characters; Node only. */
  readonly headers?: Provider<Readonly<Record<string, string>>> | undefined;
  /** Handed to the protocol's greeting. */
  readonly credentials?: Provider<unknown> | undefined;
  /** Provider, upgrade and greeting together. Default 10 000. */
  readonly connectTimeout?: number | undefined;
  /** How long a close handshake may take before the socket is dropped. Default 2 000. */
  readonly closeTimeout?: number | undefined;
  /** How long the gateway may take to confirm a topic. Default 10 000; `Infinity`: for ever. */
  readonly confirmTimeout?: number | undefined;
  /** How many notifications are held for topics that are not confirmed yet; beyond, the oldest is dropped. Default 1 000. */
  readonly maxHeld?: number | undefined;
  /** Overrides lines of the verdict table, before the protocol does; `undefined` leaves it to them. */
  readonly closeCodes?: ((code: number, reason: string) => Verdict | undefined) | undefined;
  /**
   * Opens the socket in place of the platform's WebSocket, or of `ws` in Node. One that takes small frames only should be given its limit as
   * `maxPayload` in `socketOptions`: the protocol goes by that.
   */
  readonly webSocketFactory?: ((url: string, protocols: readonly string[], options: SocketOptions) => SocketLike) | undefined;
  /** Options of `ws` (agent, ca, perMessageDeflate, maxPayload …); Node only. */
  readonly socketOptions?: Readonly<Record<string, unknown>> | undefined;
  /** Is told what happens: an observer with `next`, for example a Subject. */
  readonly events?: EventObserver | undefined;
  /** Counted up while connected; give the same object to `metrics`. */
  readonly counters?: Counters | undefined;
  /** A clock in ms for round trips, not for timers. Default `performance.now`. */
  readonly clock?: (() => number) | undefined;
}

type Defaulted = 'connectTimeout' | 'closeTimeout' | 'confirmTimeout' | 'maxHeld' | 'clock' | 'counters';

/** The checked configuration, with its defaults. */
export type ConnectSettings = Omit<ConnectConfig, Defaulted> & { readonly [K in Defaulted]: NonNullable<ConnectConfig[K]> };

const areProtocols = (value: unknown): boolean =>
  [value].flat().every((name, index, all) => isToken(name) && all.indexOf(name) === index);

/** Nobody can read counters that nobody gave: they may count from nothing. */
const createUnread = (): Counters => {
  const histogram = { record: () => undefined };
  return { drops: {}, rtt: histogram, replyTime: histogram } as unknown as Counters;
};

/** Checks the options of `connect` at the call; of the providers, those that are values. */
export function checkConnect(config: ConnectConfig): ConnectSettings {
  const unlimited = { min: 1, infinite: true };
  const settings = readOptions('connect', config, {
    connectTimeout: [checkDuration, 10_000, unlimited],
    closeTimeout: [checkDuration, 2_000],
    confirmTimeout: [checkDuration, 10_000, unlimited],
    maxHeld: [checkCount, 1_000],
    counters: [checkCounting, createUnread()],
    clock: [checkFunction, () => performance.now()],
    closeCodes: [checkFunction],
    webSocketFactory: [checkFunction],
    socketOptions: [checkObject],
    events: [checkObserver],
    url: [checkProvider('a ws: or wss: url', (url) => isWebSocketUrl(url) || failoverOf(url)), ''],
    protocols: [checkProvider('different tokens', areProtocols)],
    headers: [checkHeaders],
  });
  const { protocol, credentials } = config;
  checkThat('connect', 'protocol', protocol, 'a protocol, for example commandNotify()', has(protocol, 'client'));
  // Nothing else of the config: a session's link takes its settings in.
  return { ...settings, protocol, credentials };
}
