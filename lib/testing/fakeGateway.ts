import { finalize, mergeMap } from 'rxjs';
import type { Validation } from '../contract/boundary.js';
import type { Contract, ServerContract } from '../contract/contract.js';
import { checkDuration, checkFunction, checkObject } from '../options/check.js';
import { commandNotify } from '../protocols/commandNotify.js';
import type { Message } from '../protocols/message.js';
import type { Protocol } from '../protocols/protocol.js';
import type { CommandHandlers, TopicHandlers } from '../server/contractHandlers.js';
import { type CommandHandler, commands } from '../server/commands.js';
import type { Peer } from '../server/peer.js';
import { peerLink } from '../server/peerLink.js';
import type { TopicHandler } from '../server/topicHandler.js';
import { topics } from '../server/topics.js';
import { createFakePublisher } from './fakePublisher.js';
import { type FakeServe, fakeServe } from './fakeServe.js';

/** What {@link fakeGateway} takes. */
export interface FakeGatewayConfig<C extends Contract = Contract> {
  /** Handlers as of the server's stage `commands`. A request for any other command gets `UNKNOWN_COMMAND`. */
  readonly commands?: CommandHandlers<Peer<C>, true> | undefined;
  /** Handlers as of the server's stage `topics`, by name or template; `() => NEVER` for one that only `publish` feeds. */
  readonly topics?: TopicHandlers<Peer<C>, true> | undefined;
  /** Types the handlers, which need not be all, and checks payloads as `serve` does; `publish` too, but not `send`. Default: none. */
  readonly contract?: ServerContract<C> | undefined;
  /** As in `serve`. Default `'strict'`. */
  readonly validation?: Validation | undefined;
  /** What is spoken. Default `commandNotify()`. A protocol without a `server` codec is spoken with its client's. */
  readonly protocol?: Protocol | undefined;
  /** Milliseconds of RxJS time from one side to the other. Default 0: a later turn of the same moment. */
  readonly latency?: number | undefined;
}

/** A gateway in memory, and the handles by which a spec plays fate. */
export interface FakeGateway extends Omit<FakeServe, 'peers'> {
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
export function fakeGateway<C extends Contract = Contract>(config: FakeGatewayConfig<C> = {}): FakeGateway {
  checkObject('fakeGateway', 'config', config);
  const { protocol = commandNotify(), latency = 0, contract, validation } = config;
  checkDuration('fakeGateway', 'latency', latency);
  checkFunction('fakeGateway', 'protocol.client', (protocol as Protocol | null)?.client);
  const server = fakeServe({ protocol, latency, contract, validation });
  const publisher = createFakePublisher((config.topics ?? {}) as Readonly<Record<string, TopicHandler<Peer>>>);
  const connected = new Set<Peer>();

  server.peers
    .pipe(
      commands<Peer, true>((config.commands ?? {}) as Readonly<Record<string, CommandHandler<Peer>>>, { elsewhere: true }),
      topics<Peer, true>(publisher.handlers, { elsewhere: true }),
      mergeMap((peer) => {
        connected.add(peer);
        return peer.closed.pipe(finalize(() => connected.delete(peer)));
      }),
    )
    .subscribe();

  // Its getters must stay getters.
  const { peers: _, ...face } = Object.getOwnPropertyDescriptors(server);
  return Object.defineProperties(
    {
      publish: publisher.publish,
      send: (message: Message) => {
        for (const peer of [...connected]) peerLink(peer).tell(message);
      },
    },
    face,
  ) as FakeGateway;
}
