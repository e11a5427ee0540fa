import { asyncScheduler, Subject } from 'rxjs';
import type { Opened } from '../connection/session.js';
import type { SocketHooks, SocketLike, SocketOptions } from '../connection/socketLike.js';
import { createCounters } from '../events/createCounters.js';
import { checkCount, checkDuration, checkFunction } from '../options/check.js';
import { commandNotify } from '../protocols/commandNotify.js';
import type { Message } from '../protocols/message.js';
import type { Codec, Protocol } from '../protocols/protocol.js';
import { type CommandHandler, commands } from '../server/commands.js';
import { createPeer, type OwnedPeer } from '../server/createPeer.js';
import type { Peer } from '../server/peer.js';
import type { TopicHandler } from '../server/topicHandler.js';
import { topics } from '../server/topics.js';
import { createFakeConnection, type FakeConnection, type FakeRefusal } from './fakeConnection.js';
import { createFakePublisher } from './fakePublisher.js';

/** What {@link fakeGateway} takes. */
export interface FakeGatewayConfig {
  /** Handlers as of the server's stage `commands`. A request for any other command gets `UNKNOWN_COMMAND`. */
  readonly commands?: Readonly<Record<string, CommandHandler<Peer>>> | undefined;
  /** Handlers as of the server's stage `topics`, by name or template; `() => NEVER` for one that only `publish` feeds. */
  readonly topics?: Readonly<Record<string, TopicHandler<Peer>>> | undefined;
  /** What is spoken. Default `commandNotify()`. A protocol without a `server` codec is spoken with its client's. */
  readonly protocol?: Protocol | undefined;
  /** Milliseconds of RxJS time from one side to the other. Default 0: a later turn of the same moment. */
  readonly latency?: number | undefined;
}

/** A message that a client sent, and the number of the connection that brought it, from 1. */
export type SentMessage = Message & { readonly connection: number };

/** A gateway in memory, and the handles by which a spec plays fate. */
export interface FakeGateway {
  /** Give it to `connect`, with any url: each call is one connection. */
  readonly webSocketFactory: (url: string, protocols: readonly string[], options?: SocketOptions) => SocketLike;
  /** All that clients sent, in order, as the gateway decoded it. */
  readonly sent: readonly SentMessage[];
  /** How many sockets there have been, refused ones included. */
  readonly connections: number;
  /** How many are open, as the gateway sees it. */
  readonly open: number;
  /** The codes by which clients ended their connections, in order; 1006: without a word. */
  readonly closes: readonly number[];
  /** Closes all connections from the gateway's side; 1006 (default): vanishes without a close frame. */
  drop(code?: number, reason?: string): void;
  /** Stops forwarding in both directions, as a half-open link does; new connections too. What is sent is held. */
  silence(): void;
  /** Goes on forwarding, beginning with what was held. */
  speak(): void;
  /** The next `times` (default 1) attempts fail: as if nobody listened, or with an HTTP status and `Retry-After`. */
  refuse(times?: number, refusal?: FakeRefusal): void;
  /** Sends a notification to whoever is subscribed to the topic, by its concrete name. */
  publish(topic: string, data?: unknown): void;
  /** Sends any message to every open connection. */
  send(message: Message): void;
}

/**
 * A gateway in memory. It answers with the handlers of the server's stages `commands` and `topics`, speaks the given protocol in real
 * frames, and lives in RxJS time alone: in `TestScheduler.run`, under fake timers and in real time alike. Nothing arrives in the turn in
 * which it was sent. Its sockets can ping, as in Node, and it chooses a subprotocol as `serve` does. It opens no port, and has nothing to
 * close.
 *
 * @example
 * const gateway = fakeGateway({ commands: { 'orders.place': (order) => ({ accepted: order }) }, topics: { bars: () => NEVER } });
 * const session$ = connect({ url: 'ws://fake', protocol: commandNotify(), webSocketFactory: gateway.webSocketFactory });
 * gateway.publish('bars', { close: 1469.25 });
 * gateway.drop(1012);
 */
export function fakeGateway(config: FakeGatewayConfig = {}): FakeGateway {
  const { protocol = commandNotify() } = config;
  const latency = checkDuration('fakeGateway', 'latency', config.latency ?? 0);
  checkFunction('fakeGateway', 'protocol.client', protocol.client);
  const sent: SentMessage[] = [];
  const closes: number[] = [];
  const connected = new Map<FakeConnection, OwnedPeer>();
  const all: FakeConnection[] = [];
  const peers = new Subject<Peer>();
  const publisher = createFakePublisher(config.topics ?? {});
  let refusals: FakeRefusal[] = [];
  let silent = false;

  peers.pipe(commands<Peer>(config.commands ?? {}), topics<Peer>(publisher.handlers)).subscribe();

  const recording = (connection: number): Codec => {
    const codec = (protocol.server ?? protocol.client).call(protocol);
    return {
      encode: (message) => codec.encode(message),
      decode: (frame) => {
        const decoded = codec.decode(frame);
        for (const message of 'kind' in decoded ? [decoded] : decoded) sent.push({ ...message, connection });
        return decoded;
      },
    };
  };

  /** The gateway's side ends a connection. */
  const leave = (connection: FakeConnection, code: number, reason: string): void => {
    connected.delete(connection);
    connection.close(code, reason);
  };
  const welcome = (number: number, opened: Opened, headers: SocketOptions['headers'], connection: FakeConnection): OwnedPeer => {
    const names = Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value] as const);
    const peer = createPeer(
      {
        id: number,
        opened,
        protocol,
        codec: recording(number),
        counters: createCounters(),
        confirmTimeout: 10_000,
        maxHeld: 1_000,
        clock: () => asyncScheduler.now(),
        onEnd: () => undefined,
        socket: {
          get open() {
            return connection.open;
          },
          bufferedAmount: 0,
          write: connection.write,
          close: (code, reason) => {
            leave(connection, code, reason);
            peer.end({ code, reason, wasClean: true, by: 'us' });
          },
          terminate: () => {
            leave(connection, 1006, '');
          },
          release: () => {
            leave(connection, 1000, '');
          },
          ping: undefined,
        },
      },
      { address: `fake:${number}`, headers: Object.fromEntries(names) },
    );
    return peer;
  };

  const webSocketFactory = (
    url: string,
    offered: readonly string[],
    options: SocketOptions = {},
    hooks?: SocketHooks,
  ): SocketLike => {
    const number = all.length + 1;
    // The gateway's first, as `serve` chooses.
    const subprotocol = protocol.subprotocols?.find((name) => offered.includes(name)) ?? '';
    const connection = createFakeConnection(
      latency,
      refusals.shift(),
      hooks,
      {
        opened: () => {
          const peer = welcome(number, { url, subprotocol }, options.headers, connection);
          connected.set(connection, peer);
          peers.next(peer.session);
        },
        frame: (frame) => {
          connected.get(connection)?.receive(frame);
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
    webSocketFactory,
    sent,
    closes,
    get connections() {
      return all.length;
    },
    get open() {
      return connected.size;
    },
    drop: (code = 1006, reason = '') => {
      for (const [connection, peer] of [...connected]) {
        leave(connection, code, reason);
        peer.end({ code, reason, wasClean: code !== 1006, by: 'us' });
      }
    },
    silence: () => {
      silent = true;
      for (const connection of all) connection.silence();
    },
    speak: () => {
      silent = false;
      for (const connection of all) connection.speak();
    },
    refuse: (times = 1, refusal = {}) => {
      checkCount('fakeGateway.refuse', 'times', times);
      refusals = [...refusals, ...Array.from({ length: times }, () => refusal)];
    },
    publish: publisher.publish,
    send: (message) => {
      for (const peer of [...connected.values()]) peer.tell(message);
    },
  };
}
