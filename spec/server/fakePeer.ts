import {
  filter,
  firstValueFrom,
  type MonoTypeOperatorFunction,
  NEVER,
  type Observable,
  ReplaySubject,
  startWith,
  type Subscription,
} from 'rxjs';
import type { Counters } from '../../lib/events/counters.js';
import { createCounters } from '../../lib/events/createCounters.js';
import type { GatewayEvent } from '../../lib/events/gatewayEvent.js';
import { commandNotify } from '../../lib/protocols/commandNotify.js';
import type { Frame, Protocol } from '../../lib/protocols/protocol.js';
import { createPeer } from '../../lib/server/createPeer.js';
import type { Peer } from '../../lib/server/peer.js';
import { receiveFrame } from '../../lib/server/receiveFrame.js';

/** A peer without a network: the test plays the client, frame by frame. */
export interface FakePeer {
  readonly peer: Peer;
  /** The frames that went to the client, parsed. */
  readonly sent: readonly any[];
  /** The same, as they go. */
  readonly frames: Observable<any>;
  readonly events: readonly GatewayEvent[];
  /** What stages reported as failed, by the name of the hook. */
  readonly failures: readonly { readonly hook: string; readonly cause: any }[];
  /** Code and reason of each close handshake that this side began. */
  readonly closes: readonly (readonly [code: number, reason: string])[];
  /** The client sends a frame: a body, or its text as it stands. */
  receive(body: object | string): void;
  /** The first frame to the client, past or future, that matches. */
  frame(matches: (body: any) => boolean): Promise<any>;
  /** The client is gone. */
  disconnect(): void;
  /** Sends the peer, and no other, through a stage. */
  through(...stages: MonoTypeOperatorFunction<Peer>[]): Subscription;
}

/** What a test may want of a peer beside its number. */
export interface FakePeerSetup {
  readonly user?: string;
  /** Peers that share it can share frames. */
  readonly protocol?: Protocol;
  /** What the socket says of its `bufferedAmount`. */
  readonly buffered?: () => number;
  /** What the socket says of how much the network took. Default: it says nothing. */
  readonly taken?: () => number;
  /** Sees the frames as they are written. */
  readonly wrote?: (frame: Frame) => void;
  /** Sees each close handshake as this side begins it. */
  readonly closing?: (code: number, reason: string) => void;
  readonly counters?: Counters;
  /** Names its server. */
  readonly epoch?: string;
}

/** An open peer that speaks `commandNotify`. */
export function fakePeer(id = 1, setup: FakePeerSetup = {}): FakePeer {
  const {
    user,
    protocol = commandNotify(),
    buffered = () => 0,
    taken,
    wrote,
    closing,
    counters = createCounters(),
    epoch,
  } = setup;
  const sent: unknown[] = [];
  const heard = new ReplaySubject<any>();
  const events: GatewayEvent[] = [];
  const closes: [number, string][] = [];
  let open = true;
  const close = (): void => {
    open = false;
  };
  const owned = createPeer(
    {
      ...{ id, protocol, codec: protocol.server!(), counters, epoch },
      opened: { url: '/', subprotocol: '' },
      ...{ confirmTimeout: Infinity, maxHeld: 10, clock: () => 0 },
      events: { next: (event) => events.push(event) },
      socket: {
        get open() {
          return open;
        },
        get bufferedAmount() {
          return buffered();
        },
        get taken() {
          return taken?.();
        },
        ping: undefined,
        write: (frame) => {
          wrote?.(frame);
          const body = JSON.parse(frame as string) as { batches?: true };
          // Said once, with whichever answer is the first: of what these specs are about it says nothing.
          delete body.batches;
          sent.push(body);
          heard.next(body);
        },
        close: (code, reason) => {
          closes.push([code, reason]);
          close();
          closing?.(code, reason);
        },
        ...{ terminate: close, release: close },
      },
      onEnd: close,
    },
    { address: '127.0.0.1:1', headers: {}, identity: user === undefined ? undefined : { user } },
  );
  return {
    peer: owned.session,
    ...{ sent, closes },
    frames: heard.asObservable(),
    events,
    get failures() {
      return events.filter((event) => event.type === 'hookFailed');
    },
    receive: (body) => receiveFrame(owned, typeof body === 'string' ? body : JSON.stringify(body)),
    frame: (matches) => firstValueFrom(heard.pipe(filter(matches)), { defaultValue: undefined }),
    disconnect: () => owned.end({ code: 1006, reason: '', wasClean: false, by: 'them' }),
    through: (...stages) => {
      let peers = NEVER.pipe(startWith(owned.session));
      for (const stage of stages) peers = peers.pipe(stage);
      return peers.subscribe();
    },
  };
}
