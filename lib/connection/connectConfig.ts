import { isObservable } from 'rxjs';
import type { Contract } from '../contract/contract.js';
import { type Counters, countersWith } from '../events/counters.js';
import type { EventObserver } from '../events/gatewayEvent.js';
import {
  checkCount,
  checkCounters,
  checkDuration,
  checkEvents,
  checkFunction,
  checkObject,
  isRecord,
  isToken,
} from '../options/check.js';
import type { Protocol } from '../protocols/protocol.js';
import type { Failover } from './failover.js';
import { isWebSocketUrl } from './gatewayUrl.js';
import { failoverOf } from './provideAll.js';
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
  /** Opens the socket in place of the platform's WebSocket, or of `ws` in Node. */
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
export type ConnectSettings = Omit<ConnectConfig, Defaulted> & { readonly [K in Defaulted]: NonNullable<ConnectConfig[K]> } & {
  /** Whether any provider can give another answer when it is asked again. */
  readonly renewable: boolean;
};

const areProtocols = (value: unknown): boolean =>
  [value].flat().every((name, index, all) => isToken(name) && all.indexOf(name) === index);

const areHeaders = (value: unknown): boolean =>
  isRecord(value) &&
  Object.entries(value).every(([name, text]) => isToken(name) && typeof text === 'string' && /^[\t -~\x80-\xff]*$/.test(text));

/** Whether a value is to be asked for: what it gives is the affair of each attempt. */
const isAsked = (value: unknown): boolean =>
  typeof value === 'function' || isObservable(value) || typeof (value as PromiseLike<unknown> | null)?.then === 'function';

/** Checks what may hold a secret, and so is not quoted. */
function checkAddress({ url, protocol, protocols = [], headers = {} }: ConnectConfig): void {
  const isUrl = typeof url === 'string' ? isWebSocketUrl(url) : isAsked(url) || (isRecord(url) && failoverOf(url));
  const isProtocol = typeof (protocol as Protocol | null | undefined)?.client === 'function';
  for (const [name, wanted, fits] of [
    ['url', 'a ws: or wss: url, or a provider of one', isUrl],
    ['protocol', 'a protocol, for example commandNotify()', isProtocol],
    ['protocols', 'different tokens, or a provider of them', isAsked(protocols) || areProtocols(protocols)],
    ['headers', 'names to texts without control characters, or a provider of them', isAsked(headers) || areHeaders(headers)],
  ] as const)
    if (!fits) throw new TypeError(`connect: ${name} must be ${wanted}`);
}

/** Checks the options of `connect` at the call; of the providers, those that are values. */
export function checkConnect(config: ConnectConfig): ConnectSettings {
  checkObject('connect', 'config', config);
  const { connectTimeout = 10_000, closeTimeout = 2_000, confirmTimeout = 10_000, maxHeld = 1_000 } = config;
  const { closeCodes, webSocketFactory, clock, socketOptions = {} } = config;
  // Nobody can read counters that nobody gave: they need no histograms.
  const { counters = countersWith(() => ({ count: 0, record: () => undefined, percentile: () => undefined })) } = config;
  checkAddress(config);
  checkObject('connect', 'socketOptions', socketOptions);
  checkEvents('connect', config.events);
  checkCounters('connect', counters);
  for (const [name, hook] of Object.entries({ closeCodes, webSocketFactory, clock }))
    if (hook !== undefined) checkFunction('connect', name, hook);
  const unlimited = { min: 1, infinite: true };
  return {
    ...config,
    connectTimeout: checkDuration('connect', 'connectTimeout', connectTimeout, unlimited),
    closeTimeout: checkDuration('connect', 'closeTimeout', closeTimeout),
    confirmTimeout: checkDuration('connect', 'confirmTimeout', confirmTimeout, unlimited),
    maxHeld: checkCount('connect', 'maxHeld', maxHeld),
    counters,
    clock: clock ?? (() => performance.now()),
    renewable: [config.url, config.protocols, config.headers, config.credentials].some(
      (provider) => typeof provider === 'function',
    ),
  };
}
