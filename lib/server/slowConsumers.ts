import { checkCount, checkDuration, checkFunction, checkOneOf, checkThat } from '../options/check.js';
import { readOptions } from '../options/readOptions.js';
import type { Message } from '../protocols/message.js';
import { holdPeers } from '../connection/holdPeers.js';
import { nameOf, type SlowPolicy } from './outboundLine.js';
import { createOutlet, type Outlet, releaseOutlet } from './outlet.js';
import { createRounds } from './outletRounds.js';
import type { Peer } from './peer.js';
import { peerStage, type PeerStage } from './peerStage.js';

/** Options of {@link slowConsumers}. */
export interface SlowConsumersConfig {
  /**
   * Bytes in a peer's socket from which on notifications and sends wait in a line; the line holds as many bytes at most. Default
   * 1 048 576.
   */
  readonly highWater?: number | undefined;
  /** Bytes in the socket at which the line flows again. Default: a quarter of `highWater`. */
  readonly lowWater?: number | undefined;
  /**
   * How many messages the line holds at most, and how many may have gone into a socket that was never empty meanwhile. Default 10
   * 000.
   */
  readonly maxMessages?: number | undefined;
  /**
   * What a full line does with notifications and sends. `'dropOldest'` (default) and `'dropNewest'` lose one. `'conflate'` keeps
   * the latest of each `key`, in the place of the first if it fits there, and then loses the oldest. `'pause'` holds producers back: the
   * async iterable of a topic is not asked for more while all its listeners are behind, and neither is a stream of `commands`, by any
   * policy; what cannot wait, or goes on for listeners that keep up, loses the newest. `'close'` closes the peer with 4408.
   */
  readonly policy?: SlowPolicy | undefined;
  /**
   * How long a peer may stay behind, in ms, before it is closed with 4408. Beyond `highWater`, reading a little does not reset it. Below that,
   * where a stream, a paused topic or a subscriber of `drained` waits for the peer, it is counted from the last time that its socket took
   * anything: slow is well, but not for nothing. Default 30 000; `Infinity`: for ever.
   */
  readonly maxStalled?: number | undefined;
  /**
   * For `'conflate'`: messages of which the latest is enough have the same. Asked once for each message that waits. Default: the
   * topic, or the command of a send; it stands in where this throws, which is reported as `hookFailed`, once per episode.
   */
  readonly key?: ((message: Message) => unknown) | undefined;
}

/**
 * Bounds what a server keeps for peers that read more slowly than they are sent to. It stands before the stages that send: its
 * place in the pipeline makes no difference to what is broadcast.
 *
 * Emits each peer as it comes. Once a peer's socket holds more than `highWater`, what goes to it waits in a line of its own, in
 * order, and flows when the socket holds no more than `lowWater`. Notifications and sends are lost by the `policy`, each counted
 * as `drops.slowConsumer`. Of an episode, the first loss is reported as one event `dropped`, and when the peer has caught up,
 * there is one `gap` per topic that lost something; the client sees it in the positions. Everything else is never lost: replies,
 * failures, requests and pings go out at once, and what confirms or ends a topic keeps its place in the line. What cannot be kept
 * any more closes the peer with 4408 and an event `rejected`, as does `maxStalled`.
 *
 * Errors and completes with the source, the latter once its peers have ended. Unsubscribing sends what waits. What a peer still
 * missed when it ends is gone with it; after a reconnect it is a new peer.
 *
 * @example
 * serve({ port: 8080, protocol: commandNotify() }).pipe(slowConsumers({ policy: 'conflate' }), topics({ prices: () => prices$ })).subscribe();
 *
 * @throws TypeError or RangeError at the call, with the name of the option that is invalid.
 */
export function slowConsumers(config: SlowConsumersConfig = {}): PeerStage {
  const read = readOptions('slowConsumers', config, {
    highWater: [checkCount, 1_048_576, { min: 1 }],
    lowWater: [checkCount],
    maxMessages: [checkCount, 10_000, { min: 1 }],
    policy: [checkOneOf, 'dropOldest', ['dropOldest', 'dropNewest', 'conflate', 'pause', 'close']],
    maxStalled: [checkDuration, 30_000, { min: 1, infinite: true }],
    key: [checkFunction, nameOf],
  });
  const { highWater, lowWater = Math.floor(highWater / 4) } = read;
  checkThat('slowConsumers', 'lowWater', lowWater, `at most highWater (${highWater})`, lowWater <= highWater, RangeError);
  return peerStage(
    holdPeers<Peer>(() => {
      const outlets = new Map<Peer, Outlet>();
      const rounds = createRounds(read.maxStalled);
      const settings = { ...read, lowWater, slow: rounds.add, awaited: rounds.watch };
      return {
        enter: (peer) => {
          outlets.set(peer, createOutlet(peer, settings));
        },
        leave: (peer) => {
          const outlet = outlets.get(peer);
          outlets.delete(peer);
          if (!outlet) return;
          rounds.remove(outlet);
          releaseOutlet(outlet);
        },
      };
    }),
  );
}
