import { map, merge, type MonoTypeOperatorFunction, type Observable, type SchedulerLike, takeUntil, tap, timer } from 'rxjs';
import type { Validation } from '../contract/boundary.js';
import type { Contract, ServerContract } from '../contract/contract.js';
import type { GatewayError } from '../errors/gatewayErrors.js';
import type { EventObserver } from '../events/gatewayEvent.js';
import { checkDuration, checkObject } from '../options/check.js';
import type { Protocol } from '../protocols/protocol.js';
import { broadcast } from '../server/broadcast.js';
import { commands } from '../server/commands.js';
import type { Peer } from '../server/peer.js';
import { serve } from '../server/serve.js';
import type { ServeAddress } from '../server/serveOptions.js';
import { topics } from '../server/topics.js';

/** What a mock sends: a value, or what makes one; `undefined` from neither is an answer without data. */
export type MockValue = unknown;

/** Options of {@link mockGateway}. */
export interface MockGatewayOptions {
  /** The protocol of the gateway; it needs a server side. */
  readonly protocol: Protocol;
  /**
   * Checks what clients send and what the mock sends, as `serve` does. What it has no `replies` and no `data` for is unknown to it, and refused.
   * Default: none, nothing is checked.
   */
  readonly contract?: ServerContract<Contract> | undefined;
  /** What becomes of a payload that the contract refuses. Default `'strict'`: it is not sent; a command or topic with it is refused. */
  readonly validation?: Validation | undefined;
  /** Hears of the peers, and of what was refused: `invalid`, with the paths of what is wrong in it. */
  readonly events?: EventObserver | undefined;
  /** The port to listen on; 0 (default) takes any that is free, which `listening` tells. */
  readonly port?: number | undefined;
  /** The address to listen on. Default `'127.0.0.1'`. */
  readonly host?: string | undefined;
  /** Called once it listens. */
  readonly listening?: ((address: ServeAddress) => void) | undefined;
  /** Milliseconds between two notifications of a topic. Default 1 000. */
  readonly interval?: number | undefined;
  /** The reply to each command: a value, or a function of what was asked that gives it, as handlers of `commands` do. */
  readonly replies?: Readonly<Record<string, MockValue>> | undefined;
  /** The data of each topic, by its template: a value, or a function of the parameters and the number of the notification, from 0. */
  readonly data?: Readonly<Record<string, MockValue>> | undefined;
  /** What every peer hears unasked, by its name: a value, or a function of the number of the notification, from 0. */
  readonly unasked?: Readonly<Record<string, MockValue>> | undefined;
  /** For virtual time. Default: the real one. */
  readonly scheduler?: SchedulerLike | undefined;
}

type Give = (...args: readonly unknown[]) => unknown;
const giving = (value: MockValue): Give => (typeof value === 'function' ? (value as Give) : () => value);
const mapped = <T>(
  all: Readonly<Record<string, MockValue>> | undefined,
  make: (give: Give, name: string) => T,
): Record<string, T> => Object.fromEntries(Object.entries(all ?? {}).map(([name, value]) => [name, make(giving(value), name)]));

/** Tells a peer. What the contract refuses is not sent; `broadcast` has reported it. */
function tell(peer: Peer, name: string, data: unknown): void {
  try {
    broadcast(peer, name, data);
  } catch (error) {
    if ((error as Partial<GatewayError>).kind !== 'validation') throw error;
  }
}

/** Tells each peer, from when it is there until it is gone. */
const announcing = (given: MockGatewayOptions['unasked'], ticks: () => Observable<number>): MonoTypeOperatorFunction<Peer> =>
  tap((peer) => {
    const all = mapped(given, (give, name) => ticks().pipe(tap((n) => tell(peer, name, give(n)))));
    merge(...Object.values(all))
      .pipe(takeUntil(peer.closed))
      .subscribe();
  });

/**
 * A gateway that answers with examples: what `rxgate generate` makes of a document's own. Subscribing listens.
 *
 * Emits the peers that connect, as `serve` does; errors as `serve` does, when it cannot listen. Never completes by itself. Unsubscribing closes the
 * connections and stops listening. Each connection is a peer of its own; a client that reconnects is a new one.
 *
 * @example
 * mockGateway({ protocol: commandNotify(), replies: { 'orders.place': { id: 1 } }, data: { 'bars:{symbol}': (params, n) => ({ ...params, n }) } })
 *
 * With a `contract`, functions get what its codecs make of data and params, and a value that it refuses is not sent: a command fails with
 * `INTERNAL_ERROR`, a notification is dropped and counted; `events` tells why.
 *
 * @throws TypeError or RangeError with the name of the option that is invalid.
 */
export function mockGateway(options: MockGatewayOptions): Observable<Peer> {
  const { protocol, contract, validation, events } = checkObject('mockGateway', 'options', options);
  const { port = 0, host = '127.0.0.1', listening, scheduler } = options;
  const interval = checkDuration('mockGateway', 'interval', options.interval ?? 1_000);
  const ticks = (): Observable<number> => timer(0, interval, scheduler);
  const replies = mapped(options.replies, (give) => (data: unknown) => give(data));
  const data = mapped(options.data, (give) => (params: unknown) => ticks().pipe(map((n) => give(params, n))));
  const peers: Observable<Peer> = serve({ port, host, protocol, listening, contract, validation, events });
  return peers.pipe(
    commands(replies, { elsewhere: true }),
    topics(data, { elsewhere: true }),
    announcing(options.unasked, ticks),
  );
}
