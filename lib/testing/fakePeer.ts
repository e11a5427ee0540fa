import { asyncScheduler, Observable } from 'rxjs';
import type { SessionEnd } from '../connection/session.js';
import { ConnectionLostError } from '../errors/gatewayErrors.js';
import type { Counters } from '../events/counters.js';
import { createCounters } from '../events/createCounters.js';
import type { EventObserver } from '../events/gatewayEvent.js';
import { checkCount, checkCounting, checkDuration, checkFunction, checkObserver } from '../options/check.js';
import { readOptions } from '../options/readOptions.js';
import { commandNotify } from '../protocols/commandNotify.js';
import type { Message } from '../protocols/message.js';
import type { Codec, Frame, Protocol } from '../protocols/protocol.js';
import { countEvents } from '../server/countEvents.js';
import { createPeer } from '../server/createPeer.js';
import { receiveFrame } from '../server/receiveFrame.js';
import type { Identity } from '../server/identity.js';
import type { Peer } from '../server/peer.js';
import { peerLink } from '../server/peerLink.js';

/** Options of {@link fakePeer}. Durations are milliseconds of RxJS time. */
export interface FakePeerOptions {
  /** Default 1. */
  readonly id?: number | undefined;
  /** Who it is, as after an authentication at the upgrade. Default: nobody. */
  readonly identity?: Identity | undefined;
  /** Encodes what is sent, so that its errors show, and decodes frames given to `receive`. Default `commandNotify()`. */
  readonly protocol?: Protocol | undefined;
  /** Default `fake:` and the id. */
  readonly address?: string | undefined;
  /** Names in lower case. Default: none. */
  readonly headers?: Peer['headers'] | undefined;
  /** As in `serve`. Default 10 000. */
  readonly confirmTimeout?: number | undefined;
  /** As in `serve`. Default 1 000. */
  readonly maxHeld?: number | undefined;
  readonly events?: EventObserver | undefined;
  readonly counters?: Counters | undefined;
  /** For round trips, in ms. Default: RxJS time. */
  readonly clock?: (() => number) | undefined;
}

/** A peer without a socket, and its client. */
export interface FakePeer {
  /** The peer, for the code under test. */
  readonly peer: Peer;
  /**
   * Streams it as `serve` does: emits it if it is open, and completes never. Unsubscribing ends it with 1001. `merge` those of several for a
   * server with several clients.
   */
  readonly peer$: Observable<Peer>;
  /** What the code under test sent, in order: what reached the socket, which a stage may have held back before. */
  readonly sent: readonly Message[];
  /** How many pings of the WebSocket protocol were sent. */
  readonly pings: number;
  /** How it ended; `undefined` while it is open. */
  readonly end: SessionEnd | undefined;
  /** The client sends a message, or a frame of the protocol. */
  receive(inbound: Message | Frame): void;
  /** The client sends a ping or, with `true`, a pong of the WebSocket protocol. */
  receivePing(pong?: boolean): void;
  /** The client closes, or with 1006 vanishes (default): then the error of the end is a `ConnectionLostError`. */
  drop(code?: number, reason?: string): void;
  /** The client reads no more: what is sent stays in the socket, and counts in `peer.bufferedAmount`. It is in `sent` all the same. */
  stall(): void;
  /** The client reads again, and has read it all. */
  resume(): void;
}

/**
 * A real peer over a socket in memory, for specs of stages, handlers and whatever takes a peer. Everything happens at once and in RxJS time,
 * so it works in `TestScheduler.run` and with fake timers. A close handshake is answered at once. For the client's pipeline against the
 * server's stages there is `fakeServe`.
 *
 * @example
 * const { peer$, sent, receive } = fakePeer({ identity: { user: 'ann' } });
 * peer$.pipe(commands({ greet: (_data, { peer }) => `hello ${peer.identity?.user}` })).subscribe();
 * receive({ kind: 'request', id: '1', command: 'greet' });
 * expect(sent).to.deep.equal([{ kind: 'reply', id: '1', data: 'hello ann', last: true }]);
 *
 * @throws TypeError or RangeError at the call, with the name of the option that is invalid.
 */
export function fakePeer(options: FakePeerOptions = {}): FakePeer {
  const settings = readOptions('fakePeer', options, {
    confirmTimeout: [checkDuration, 10_000, { min: 1, infinite: true }],
    maxHeld: [checkCount, 1_000, {}],
    events: [checkObserver],
    counters: [checkCounting, createCounters()],
    clock: [checkFunction, () => asyncScheduler.now()],
  });
  const { id = 1, protocol = commandNotify(), identity, address = `fake:${id}`, headers = {} } = options;
  checkFunction('fakePeer', 'protocol.server', (protocol as Partial<Protocol> | null)?.server);
  const codec = (protocol.server as () => Codec).call(protocol);
  const sent: Message[] = [];
  let inbound: Message | undefined;
  let pings = 0;
  let buffered = 0;
  let stalled = false;
  let end: SessionEnd | undefined;

  const owned = createPeer(
    {
      ...settings,
      ...{ id, protocol },
      opened: { url: '/', subprotocol: '' },
      events: countEvents(settings.counters, settings.events),
      codec: {
        encode: (message) => codec.encode(message),
        decode: (frame) => inbound ?? codec.decode(frame),
        owed: codec.owed,
        farewell: () => codec.farewell?.() ?? [],
      },
      socket: {
        get open() {
          return end === undefined;
        },
        get bufferedAmount() {
          return buffered;
        },
        write: (frame) => {
          if (stalled) buffered += frame.length;
        },
        close: (code, reason) => {
          owned.end({ code, reason, wasClean: true, by: 'us' });
        },
        terminate: () => undefined,
        release: () => undefined,
        ping: () => {
          pings++;
        },
      },
      onEnd: (ending) => {
        end = ending;
      },
    },
    { address, headers, identity },
  );
  const { session: peer, write } = owned;
  // Here, below all stages, and not at the codec: what is sent to many peers is encoded once, by another one's.
  owned.write = (message, frames) => {
    sent.push(message);
    write.call(owned, message, frames);
  };

  return {
    peer,
    peer$: new Observable((subscriber) => {
      if (peer.open) subscriber.next(peer);
      if (!owned.gated) owned.ready();
      return () => {
        owned.end({ code: 1001, reason: '', wasClean: true, by: 'us' });
      };
    }),
    sent,
    get pings() {
      return pings;
    },
    get end() {
      return end;
    },
    receive: (given) => {
      if (typeof given === 'string' || given instanceof Uint8Array) {
        receiveFrame(owned, given);
        return;
      }
      // By way of the decoder, so that it counts as a frame in all respects.
      inbound = given;
      try {
        owned.receive('');
      } finally {
        inbound = undefined;
      }
    },
    receivePing: (pong = false) => {
      owned.heard(pong);
      peerLink(owned.session).controlFrame?.();
    },
    drop: (code = 1006, reason = '') => {
      const wasClean = code !== 1006;
      // As in `serve`.
      const error = wasClean ? undefined : new ConnectionLostError(code, reason, wasClean);
      owned.end({ code, reason, wasClean, by: 'them', ...(error && { error }) });
    },
    stall: () => {
      stalled = true;
    },
    resume: () => {
      stalled = false;
      buffered = 0;
    },
  };
}
