import { map, Observable, of, type Subscriber } from 'rxjs';
import type { Contract } from '../contract/contract.js';
import type { SocketHooks, SocketLike, SocketOptions } from '../connection/socketLike.js';
import { ConnectFailedError } from '../errors/gatewayErrors.js';
import { createReporter } from '../events/reporter.js';
import { checkCount } from '../options/check.js';
import type { Message } from '../protocols/message.js';
import type { Codec } from '../protocols/protocol.js';
import { type AuthenticateUpgrade, authenticateUpgrade } from '../server/authenticateUpgrade.js';
import type { OwnedPeer } from '../server/createPeer.js';
import type { Identity } from '../server/identity.js';
import { receiveFrame } from '../server/receiveFrame.js';
import type { Peer } from '../server/peer.js';
import { createFakeConnection, type FakeConnection, type FakeRefusal } from './fakeConnection.js';
import { checkFakeServe, type FakeServeOptions } from './fakeServeOptions.js';
import { fakeServerPeer, type Newcomer } from './fakeServerPeer.js';

/** A message that a client sent, and the number of the connection that brought it, from 1. */
export type SentMessage = Message & { readonly connection: number };

/** A server in memory, the way for clients to it, and the handles by which a spec plays fate. */
export interface FakeServe<C extends Contract = Contract> {
  /**
   * As what `serve` returns: one peer per connection. Subscribing listens; until then, and after unsubscribing, which closes all peers with
   * 1001, nobody listens. A second subscriber gets a `ConnectFailedError`, as on a port that is in use. Completes never. A client that
   * reconnects is a new peer.
   */
  readonly peers: Observable<Peer<C>>;
  /** Give it to `connect`, with any url: each call is one connection. */
  readonly webSocketFactory: (url: string, protocols: readonly string[], options?: SocketOptions) => SocketLike;
  /** All that clients sent, in order, as the server decoded it. */
  readonly sent: readonly SentMessage[];
  /** How many sockets there have been, refused ones included. */
  readonly connections: number;
  /** How many are open, as the server sees it. */
  readonly open: number;
  /** The codes by which clients ended their connections, in order; 1006: without a word. */
  readonly closes: readonly number[];
  /** Closes all connections from the server's side; 1006 (default): vanishes without a close frame. */
  drop(code?: number, reason?: string): void;
  /**
   * Stops forwarding in both directions, as a half-open link does; new connections too. What is sent is held, and counts in the peers'
   * `bufferedAmount`.
   */
  silence(): void;
  /** Goes on forwarding, beginning with what was held. */
  speak(): void;
  /** The next `times` (default 1) attempts fail: as if nobody listened, or with an HTTP status and `Retry-After`. */
  refuse(times?: number, refusal?: FakeRefusal): void;
}

type UpgradeRequest = Parameters<AuthenticateUpgrade>[0];

/**
 * A server in memory: `serve` for specs. The client pipeline connects to it with `webSocketFactory`, the stages of the server stand behind `peers`,
 * and between them go real frames of the protocol, in RxJS time alone: in `TestScheduler.run`, under fake timers and in real time alike.
 * Nothing arrives in the turn in which it was sent. It opens no port, and has nothing to close but its subscription.
 *
 * Its `peers` emit, error, complete and unsubscribe as those of `serve`; see {@link FakeServe}. A client's reconnect makes a new peer.
 *
 * @example
 * const server = fakeServe();
 * server.peers.pipe(rooms.track(), commands(handlers)).subscribe();
 * const session$ = connect({ url: 'ws://fake', protocol: commandNotify(), webSocketFactory: server.webSocketFactory });
 *
 * @throws TypeError or RangeError at the call, with the name of the option that is invalid.
 */
export function fakeServe<C extends Contract = Contract>(options: FakeServeOptions<C> = {}): FakeServe<C> {
  const setup = checkFakeServe(options);
  const { protocol, counters, authenticate, authenticateTimeout } = setup;
  const report = createReporter(setup.events);
  const sent: SentMessage[] = [];
  const closes: number[] = [];
  const connected = new Map<FakeConnection, OwnedPeer>();
  const all: FakeConnection[] = [];
  let listener: Subscriber<Peer> | undefined;
  let refusals: FakeRefusal[] = [];
  let silent = false;

  const recording = (connection: number): Codec => {
    const codec = (protocol.server ?? protocol.client).call(protocol);
    const decode: Codec['decode'] = (frame) => {
      const decoded = codec.decode(frame);
      for (const message of 'kind' in decoded ? [decoded] : decoded) sent.push({ ...message, connection });
      return decoded;
    };
    // What else the codec has shows through.
    return Object.assign(Object.create(codec) as Codec, { decode });
  };
  /** The server's side ends a connection. */
  const leave = (connection: FakeConnection, code: number, reason: string): void => {
    connected.delete(connection);
    connection.close(code, reason);
  };
  const drop = (code = 1006, reason = ''): void => {
    for (const [connection, peer] of [...connected]) {
      // First, while a farewell can be sent.
      peer.end({ code, reason, wasClean: code !== 1006, by: 'us' });
      leave(connection, code, reason);
    }
  };
  const welcome = (connection: FakeConnection, from: Newcomer): void => {
    const { id, opened } = from;
    const owned = fakeServerPeer(setup, connection, from, recording(id), {
      left: (code, reason) => {
        leave(connection, code, reason);
      },
      ended: () => {
        report({ type: 'released', session: id });
      },
    });
    connected.set(connection, owned);
    counters.sessions++;
    report({ type: 'opened', session: id, ...opened });
    listener?.next(owned.session);
    if (!owned.gated) owned.ready();
  };

  /** Decides on an upgrade; emits why it is refused, or who it is. */
  const admit = (request: Pick<UpgradeRequest, 'url' | 'headers'>): Observable<FakeRefusal | Pick<Peer, 'identity'>> => {
    // As on a port without a server.
    if (!listener) return of({});
    counters.attempts++;
    if (!authenticate) return of({ identity: undefined });
    return authenticateUpgrade(
      { authenticate, within: authenticateTimeout, retryAfter: 5_000 },
      request as UpgradeRequest,
      (cause) => {
        report({ type: 'hookFailed', hook: 'authenticate', cause });
      },
    ).pipe(
      map((outcome) => {
        if (!('refusal' in outcome)) return outcome;
        const { status, reason, retryAfter } = outcome.refusal;
        report({ type: 'upgradeRefused', status, reason, address: 'fake' });
        return { status, ...(retryAfter !== undefined && { retryAfter: String(Math.ceil(retryAfter / 1_000)) }) };
      }),
    );
  };

  const webSocketFactory = (
    url: string,
    offered: readonly string[],
    { headers: given = {} }: SocketOptions = {},
    hooks?: SocketHooks,
  ): SocketLike => {
    const id = all.length + 1;
    // The server's first, as `serve` chooses.
    const subprotocol = protocol.subprotocols?.find((name) => offered.includes(name)) ?? '';
    const refusal = refusals.shift();
    const headers = Object.fromEntries(Object.entries(given).map(([name, value]) => [name.toLowerCase(), value] as const));
    const { pathname, search } = URL.canParse(url) ? new URL(url) : { pathname: '/', search: '' };
    let identity: Identity | undefined;
    const connection = createFakeConnection(
      setup.latency,
      hooks,
      {
        asked: (answer) => {
          const outcome = refusal ? of(refusal) : admit({ url: pathname + search, headers });
          outcome.subscribe((decided) => {
            if (!('identity' in decided)) answer(decided);
            else if (listener) {
              identity = decided.identity;
              answer();
            } else answer({ status: 503 });
          });
        },
        opened: () => {
          welcome(connection, { id, opened: { url: pathname, subprotocol }, headers, identity });
        },
        frame: (frame) => {
          const owned = connected.get(connection);
          if (owned) receiveFrame(owned, frame);
        },
        closed: (code, reason) => {
          const peer = connected.get(connection);
          connected.delete(connection);
          closes.push(code);
          peer?.end({ code, reason, wasClean: code !== 1006, by: 'them' });
        },
      },
      subprotocol,
    );
    all.push(connection);
    if (silent) connection.silence();
    return connection.socket;
  };

  return {
    peers: new Observable<Peer>((subscriber) => {
      if (listener) {
        subscriber.error(new ConnectFailedError('network', 'Could not listen: EADDRINUSE'));
        return undefined;
      }
      listener = subscriber;
      return () => {
        listener = undefined;
        drop(1001);
      };
    }) as Observable<Peer<C>>,
    webSocketFactory,
    sent,
    closes,
    get connections() {
      return all.length;
    },
    get open() {
      return connected.size;
    },
    drop,
    silence: () => {
      silent = true;
      for (const connection of all) connection.silence();
    },
    speak: () => {
      silent = false;
      for (const connection of all) connection.speak();
    },
    refuse: (times = 1, refusal = {}) => {
      checkCount('refuse', 'times', times);
      refusals = [...refusals, ...Array.from({ length: times }, () => refusal)];
    },
  };
}
