import type { IncomingMessage, Server } from 'node:http';
import type { Server as SecureServer } from 'node:https';
import type { Observable } from 'rxjs';
import type { Validation } from '../contract/boundary.js';
import type { Contract, ServerContract } from '../contract/contract.js';
import type { Counters } from '../events/counters.js';
import type { EventObserver } from '../events/gatewayEvent.js';
import type { Protocol } from '../protocols/protocol.js';
import type { AuthenticateUpgrade } from './authenticateUpgrade.js';
import type { Drain } from './drain.js';
import type { Origins } from './originCheck.js';
import type { Upgrade } from './upgrade.js';

/** Where the upgrades come from: one of `port`, `server` and `upgrades`. */
export interface ServeSource {
  /** Where to listen; 0: on any free port, which `listening` tells. */
  readonly port?: number | undefined;
  /** With `port`: the address to listen on. Default: all interfaces, so the network can reach it; `'127.0.0.1'` for this machine alone. */
  readonly host?: string | undefined;
  /**
   * With `port`: how long a client may take to send its request before it is dropped, in ms; one that is silent from the start is
   * dropped as well. Default 10 000. A given `server` has its own `headersTimeout` for that, which in Node is 60 000.
   */
  readonly requestTimeout?: number | undefined;
  /**
   * An HTTP or HTTPS server of the application, which listens when the application says so: that of Express is what `app.listen()` returns,
   * that of Fastify is `fastify.server`. Its upgrades are taken, or those of `path`; it is left running at the end. Several `serve` may
   * share one, each with its own path: the first that has the path takes the upgrade.
   */
  readonly server?: Server | SecureServer | undefined;
  /**
   * The upgrades of an application that decides by itself which they are: nothing is listened to. That they complete means that no more will come.
   */
  readonly upgrades?: Observable<Upgrade> | undefined;
  /**
   * The path of the upgrade, without a query, such as `/ws`. Default: any. An upgrade of another path gets HTTP 400, unless somebody
   * else who listens to the same server may want it.
   */
  readonly path?: string | undefined;
  /** Is told where the server listens, as soon as it does. */
  readonly listening?: ((address: ServeAddress) => void) | undefined;
}

/** Who may connect, and how many. What is refused is counted by `attempts - sessions`, and reported as `upgradeRefused`. */
export interface ServeAdmission {
  /**
   * Finds out who asks, before the upgrade is done: gives an identity, which is `peer.identity`, or a promise or an observable of it. `undefined`
   * or an `AuthenticationError` refuses with HTTP 401, and so does an identity whose `expiresAt` has passed; a `HandshakeRejectedError`
   * refuses with its status, such as 403. Any other failure is reported as `hookFailed` and refuses with 503; its text goes nowhere else.
   * Messages that come meanwhile wait. Default: everybody is let in.
   */
  readonly authenticate?: AuthenticateUpgrade | undefined;
  /** How long `authenticate` may take, in ms, before the upgrade is refused with 503. Default 10 000. */
  readonly authenticateTimeout?: number | undefined;
  /**
   * Pages of which origins may connect, such as `'https://app.example'`; others get HTTP 403. A function is told `undefined` where there is no
   * origin; the list lets that pass, since only browsers send one. Default: any, but an upgrade with cookies must come from a page
   * of the host that it asks. A function must decide at once: anything but `true` refuses, and what is no boolean is reported
   * (`hookFailed`, hook `origins`). (Behind a proxy that changes `Host`, give the list.)
   */
  readonly origins?: Origins | undefined;
  /** How many may be connected at once, those included whose authentication is under way. Others get HTTP 503. Default `Infinity`. */
  readonly maxConnections?: number | undefined;
  /** How many upgrades are looked at in a second, and at once after a second of rest. Others get HTTP 429. Default `Infinity`. */
  readonly maxUpgradesPerSecond?: number | undefined;
  /** What a client is advised to wait that was refused for want of room, in ms: it goes out as `Retry-After`. Default 5 000. */
  readonly retryAfter?: number | undefined;
  /** Ends this server gently, when it is begun: see `createDrain`. */
  readonly drain?: Drain | undefined;
}

/** What a peer may do and take. */
export interface ServePeers {
  /** How long a close handshake may take before the socket is dropped, in ms. Default 2 000. */
  readonly closeTimeout?: number | undefined;
  /** The largest frame that a peer may send, in bytes; a larger one ends the peer with 1009. Default 1 048 576. */
  readonly maxPayload?: number | undefined;
  /**
   * How many bytes a peer's socket may hold that the network has not taken. A peer beyond it is dropped with what it holds: its end has
   * code 4408, and `drops.maxBuffered` counts it. It is the last resort; a stage with finer means comes first. Default 16 777 216.
   */
  readonly maxBuffered?: number | undefined;
  /** Whether frames may be compressed, or the options of `ws` for that. It costs memory and CPU per peer. Default `false`. */
  readonly perMessageDeflate?: boolean | Readonly<Record<string, unknown>> | undefined;
  /** How long a client may take to confirm a topic that this side asks of it, in ms. Default 10 000; `Infinity`: for ever. */
  readonly confirmTimeout?: number | undefined;
  /** How many notifications are held for topics that a client has not confirmed yet. Default 1 000. */
  readonly maxHeld?: number | undefined;
  /**
   * What `peer.address` is, asked once per upgrade. Behind a proxy that is trusted: what its header says. Default: host and port of the
   * connection's other end, also where this throws or gives no text (reported as `hookFailed`, hook `addressOf`).
   */
  readonly addressOf?: ((request: IncomingMessage) => string) | undefined;
}

/** What `serve` takes. */
export interface ServeOptions<C extends Contract = Contract> extends ServeSource, ServeAdmission, ServePeers {
  /** How messages look on the wire, for example `commandNotify()`. It needs a server side. */
  readonly protocol: Protocol;
  /** Types the peers, and checks what they send and are sent: see `contract`. Default: none. */
  readonly contract?: ServerContract<C> | undefined;
  /** What becomes of a payload that the contract's codec refuses. Default `'strict'`. */
  readonly validation?: Validation | undefined;
  /** The life of the peers, each with its number as `session`, and the upgrades that were refused. */
  readonly events?: EventObserver | undefined;
  /** Counted up by all peers together. `attempts` counts the upgrades that were asked for, `sessions` those that were done. */
  readonly counters?: Counters | undefined;
  /** Names this server in the `id` of presence entries: a number in [0, 1). Default `Math.random`. */
  readonly random?: (() => number) | undefined;
  /** A clock in ms for round trips, not for timers. Default `performance.now`. */
  readonly clock?: (() => number) | undefined;
}

/** Where a server listens. For a server on a pipe, `host` is its path and `port` is 0. */
export interface ServeAddress {
  readonly host: string;
  readonly port: number;
}
