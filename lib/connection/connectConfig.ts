import type { Contract } from '../contract/contract.js';
import { type Counters, countersWith } from '../events/counters.js';
import type { EventObserver } from '../events/gatewayEvent.js';
import { checkCount, checkDuration, checkFunction } from '../options/check.js';
import type { Protocol } from '../protocols/protocol.js';
import type { Failover } from './failover.js';
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
  /** Types the sessions. Its codecs come with contracts. */
  readonly contract?: C | undefined;
  /** Subprotocols to offer. Default: the protocol's. */
  readonly protocols?: Provider<string | readonly string[]> | undefined;
  /** Headers of the upgrade; Node only. */
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
  /** Opens the socket in place of the platform's WebSocket, or of `ws` in Node. */
  readonly webSocketFactory?: ((url: string, protocols: readonly string[], options: SocketOptions) => SocketLike) | undefined;
  /** Options of `ws` (agent, ca, perMessageDeflate, maxPayload …); Node only. */
  readonly socketOptions?: Readonly<Record<string, unknown>> | undefined;
  readonly events?: EventObserver | undefined;
  /** Counted up while connected; give the same object to `metrics`. */
  readonly counters?: Counters | undefined;
  /** A clock in ms for round trips, not for timers. Default `performance.now`. */
  readonly clock?: (() => number) | undefined;
}

type Defaulted = 'connectTimeout' | 'closeTimeout' | 'confirmTimeout' | 'maxHeld' | 'clock' | 'counters';

/** The checked configuration, with its defaults. */
export type ConnectSettings = Omit<ConnectConfig, Defaulted> & { readonly [K in Defaulted]: NonNullable<ConnectConfig[K]> } & {
  /** Whether any provider can give another answer when it is asked again. */
  readonly renewable: boolean;
};

/** Checks the options of `connect` at the call. */
export function checkConnect(config: ConnectConfig): ConnectSettings {
  const { connectTimeout = 10_000, closeTimeout = 2_000, confirmTimeout = 10_000, maxHeld = 1_000 } = config;
  const { url, protocol, closeCodes, webSocketFactory, clock } = config;
  if (typeof url === 'string' ? !isWebSocketUrl(url) : (url as unknown) === null || !['object', 'function'].includes(typeof url))
    throw new TypeError('connect: url must be a ws: or wss: url, or a provider of one');
  if (typeof (protocol as Protocol | undefined)?.client !== 'function')
    throw new TypeError('connect: protocol must be a protocol, for example commandNotify()');
  for (const [name, hook] of Object.entries({ closeCodes, webSocketFactory, clock }))
    if (hook) checkFunction('connect', name, hook);
  const unlimited = { min: 1, infinite: true };
  return {
    ...config,
    connectTimeout: checkDuration('connect', 'connectTimeout', connectTimeout, unlimited),
    closeTimeout: checkDuration('connect', 'closeTimeout', closeTimeout),
    confirmTimeout: checkDuration('connect', 'confirmTimeout', confirmTimeout, unlimited),
    maxHeld: checkCount('connect', 'maxHeld', maxHeld),
    // Nobody can read counters that nobody gave: they need no histograms.
    counters: config.counters ?? countersWith(() => ({ count: 0, record: () => undefined, percentile: () => undefined })),
    clock: clock ?? (() => performance.now()),
    renewable: [url, config.protocols, config.headers, config.credentials].some((provider) => typeof provider === 'function'),
  };
}
