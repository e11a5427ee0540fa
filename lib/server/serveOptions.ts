import type { IncomingMessage, Server } from 'node:http';
import type { Server as SecureServer } from 'node:https';
import type { Counters } from '../events/counters.js';
import { createCounters } from '../events/createCounters.js';
import type { EventObserver } from '../events/gatewayEvent.js';
import {
  checkCount,
  checkCounters,
  checkDuration,
  checkEvents,
  checkFunction,
  checkName,
  checkObject,
} from '../options/check.js';
import type { Protocol } from '../protocols/protocol.js';

/** What `serve` takes: a `port`, or a `server` that is there already. Durations are milliseconds. */
export interface ServeOptions {
  /** How messages look on the wire, for example `commandNotify()`. It needs a server side. */
  readonly protocol: Protocol;
  /** Where to listen; 0: on any free port, which `listening` tells. */
  readonly port?: number | undefined;
  /** With `port`: the address to listen on. Default: all interfaces, so the network can reach it; `'127.0.0.1'` for this machine alone. */
  readonly host?: string | undefined;
  /**
   * An HTTP or HTTPS server of the application, which listens when the application says so. Its upgrades are taken, or those of `path`;
   * it is left running at the end.
   */
  readonly server?: Server | SecureServer | undefined;
  /** The path of the upgrade, without a query, such as `/ws`. Default: any. An upgrade of another path gets HTTP 400. */
  readonly path?: string | undefined;
  /** How long a close handshake may take before the socket is dropped. Default 2 000. */
  readonly closeTimeout?: number | undefined;
  /** The largest frame that a peer may send, in bytes; a larger one ends the peer with 1009. Default 1 048 576. */
  readonly maxPayload?: number | undefined;
  /** How long a client may take to confirm a topic that this side asks of it. Default 10 000; `Infinity`: for ever. */
  readonly confirmTimeout?: number | undefined;
  /** How many notifications are held for topics that a client has not confirmed yet. Default 1 000. */
  readonly maxHeld?: number | undefined;
  /** Is told where the server listens, as soon as it does. */
  readonly listening?: ((address: ServeAddress) => void) | undefined;
  /** The life of the peers, each with its number as `session`. */
  readonly events?: EventObserver | undefined;
  /** Counted up by all peers together. */
  readonly counters?: Counters | undefined;
  /** A clock in ms for round trips, not for timers. Default `performance.now`. */
  readonly clock?: (() => number) | undefined;
}

/** Where a server listens. For a server on a pipe, `host` is its path and `port` is 0. */
export interface ServeAddress {
  readonly host: string;
  readonly port: number;
}

type Defaulted = 'closeTimeout' | 'maxPayload' | 'confirmTimeout' | 'maxHeld' | 'counters' | 'clock';

/** The checked options, with their defaults. */
export type ServeSettings = Omit<ServeOptions, Defaulted> & { readonly [K in Defaulted]: NonNullable<ServeOptions[K]> } & {
  readonly codec: NonNullable<Protocol['server']>;
  /** The subprotocol for an upgrade that offers these, or `false` for none. */
  readonly chooseSubprotocol: (offered: Set<string>, request: IncomingMessage) => string | false;
};

/** Checks the options of `serve` at the call. */
export function checkServe(options: ServeOptions): ServeSettings {
  checkObject('serve', 'options', options);
  const { counters = createCounters() } = options;
  const { protocol, port, host, server, path, listening, clock } = options;
  const codec = (protocol as Partial<Protocol> | null | undefined)?.server;
  if (typeof codec !== 'function') throw new TypeError('serve: protocol must have a server side, as commandNotify() has');
  if ((port === undefined) === (server === undefined)) throw new TypeError('serve: either port or server must be given');
  if (port !== undefined) checkCount('serve', 'port', port, { max: 65_535 });
  if (server !== undefined) checkFunction('serve', 'server.on', (server as Partial<Server> | null)?.on);
  if (host !== undefined) checkName('serve', 'host', host);
  if (host !== undefined && server) throw new TypeError('serve: host goes with port: a server listens where it was told to');
  if (path !== undefined && !/^\/[^?#]*$/.test(checkName('serve', 'path', path)))
    throw new TypeError(`serve: path must begin with / and have no query, not ${JSON.stringify(path)}`);
  for (const [name, hook] of Object.entries({ listening, clock })) if (hook !== undefined) checkFunction('serve', name, hook);
  checkEvents('serve', options.events);
  checkCounters('serve', counters);
  const subprotocols = protocol.subprotocols ?? [];
  return {
    ...options,
    closeTimeout: checkDuration('serve', 'closeTimeout', options.closeTimeout ?? 2_000),
    maxPayload: checkCount('serve', 'maxPayload', options.maxPayload ?? 1_048_576, { min: 1 }),
    confirmTimeout: checkDuration('serve', 'confirmTimeout', options.confirmTimeout ?? 10_000, { min: 1, infinite: true }),
    maxHeld: checkCount('serve', 'maxHeld', options.maxHeld ?? 1_000),
    counters,
    clock: clock ?? (() => performance.now()),
    codec: () => codec.call(protocol),
    chooseSubprotocol: (offered) => subprotocols.find((name) => offered.has(name)) ?? false,
  };
}
