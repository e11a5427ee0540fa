import { Observable } from 'rxjs';
import { ConnectionLostError } from '../errors/gatewayErrors.js';
import { checkFunction } from '../options/check.js';
import type { Codec, Protocol } from '../protocols/protocol.js';
import { countEvents } from '../server/countEvents.js';
import { createPeer, type OwnedPeer } from '../server/createPeer.js';
import type { Identity } from '../server/identity.js';
import type { Peer } from '../server/peer.js';
import { tellControlFrame } from '../server/hearControlFrames.js';
import { peerLink } from '../server/peerLink.js';
import { receiveFrame } from '../server/receiveFrame.js';
import { createFakeWire, type FakeOtherSide, type FakeWireOptions, readFakeWire } from './fakeWire.js';

/** Options of {@link fakePeer}. Durations are milliseconds of RxJS time. */
export interface FakePeerOptions extends FakeWireOptions {
  /** Who it is, as after an authentication at the upgrade. Default: nobody. */
  readonly identity?: Identity | undefined;
  /** Default `fake:` and the id. */
  readonly address?: string | undefined;
  /** Names in lower case. Default: none. */
  readonly headers?: Peer['headers'] | undefined;
}

/** A peer without a socket, and its client. */
export interface FakePeer extends FakeOtherSide {
  /** The peer, for the code under test. */
  readonly peer: Peer;
  /**
   * Streams it as `serve` does: emits it if it is open, and completes never. Unsubscribing ends it with 1001. `merge` those of several for a
   * server with several clients.
   */
  readonly peer$: Observable<Peer>;
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
  const settings = readFakeWire('fakePeer', options);
  const { id, protocol } = settings;
  const { identity, address = `fake:${id}`, headers = {} } = options;
  checkFunction('fakePeer', 'protocol.server', (protocol as Partial<Protocol> | null)?.server);
  const wire = createFakeWire((protocol.server as () => Codec).call(protocol), true, (frame) => {
    receiveFrame(owned, frame);
  });
  const owned: OwnedPeer = wire.carry(
    createPeer(
      {
        ...settings,
        opened: { url: '/', subprotocol: '' },
        events: countEvents(settings.counters, settings.events),
        codec: wire.codec,
        socket: wire.socket,
        onEnd: wire.onEnd,
      },
      { address, headers, identity },
    ),
  );
  const { session: peer } = owned;
  const { receivePing } = wire.otherSide;

  return Object.assign(wire.otherSide, {
    peer,
    peer$: new Observable<Peer>((subscriber) => {
      if (peer.open) subscriber.next(peer);
      if (!owned.gated) owned.ready();
      return () => {
        owned.end({ code: 1001, reason: '', wasClean: true, by: 'us' });
      };
    }),
    receivePing: (pong?: boolean): void => {
      receivePing(pong);
      tellControlFrame(peerLink(peer));
    },
    drop: (code = 1006, reason = ''): void => {
      const wasClean = code !== 1006;
      // As in `serve`.
      const error = wasClean ? undefined : new ConnectionLostError(code, reason, wasClean);
      owned.end({ code, reason, wasClean, by: 'them', ...(error && { error }) });
    },
    stall: wire.stall,
    resume: wire.resume,
  });
}
