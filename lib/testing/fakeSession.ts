import { asyncScheduler, Observable } from 'rxjs';
import { createSession } from '../connection/createSession.js';
import type { Session, SessionEnd } from '../connection/session.js';
import { errorOptionsOf, verdictOnClose } from '../connection/verdict.js';
import { ConnectionLostError } from '../errors/gatewayErrors.js';
import type { Counters } from '../events/counters.js';
import { createCounters } from '../events/createCounters.js';
import type { EventObserver } from '../events/gatewayEvent.js';
import { checkCount, checkDuration } from '../options/check.js';
import { commandNotify } from '../protocols/commandNotify.js';
import type { Message } from '../protocols/message.js';
import type { Codec, Frame, HeartbeatDefaults, Protocol } from '../protocols/protocol.js';

/** Options of {@link fakeSession}. Durations are milliseconds of RxJS time. */
export interface FakeSessionOptions {
  /** Default 1. */
  readonly id?: number | undefined;
  /** Encodes what is sent, so that its errors show, and decodes frames given to `receive`. Default `commandNotify()`. */
  readonly protocol?: Protocol | undefined;
  /** As in `connect`. Default 10 000. */
  readonly confirmTimeout?: number | undefined;
  /** As in `connect`. Default 1 000. */
  readonly maxHeld?: number | undefined;
  /** Whether the socket can ping, as in Node: for `heartbeat({ mode: 'frame' })`. Default `false`, as in a browser. */
  readonly framePings?: boolean | undefined;
  /** What the greeting agreed on. Default: nothing. */
  readonly heartbeat?: HeartbeatDefaults | undefined;
  readonly events?: EventObserver | undefined;
  readonly counters?: Counters | undefined;
  /** For round trips, in ms. Default: RxJS time. */
  readonly clock?: (() => number) | undefined;
}

/** A session without a socket, and its other side. */
export interface FakeSession {
  /** The session, for the code under test. */
  readonly session: Session;
  /**
   * Streams it as `connect` does: emits it if it is open, errors with the error of its end, completes after `session.close()`.
   * Unsubscribing ends it with 1000.
   */
  readonly session$: Observable<Session>;
  /** What the code under test sent, in order. */
  readonly sent: readonly Message[];
  /** How many pings of the WebSocket protocol were sent. */
  readonly pings: number;
  /** How it ended; `undefined` while it is open. */
  readonly end: SessionEnd | undefined;
  /** The other side sends a message, or a frame of the protocol. */
  receive(inbound: Message | Frame): void;
  /** The other side sends a ping or, with `true`, a pong of the WebSocket protocol. */
  receivePing(pong?: boolean): void;
  /** The other side closes, or with 1006 vanishes (default). The error is a `ConnectionLostError`, with the verdict of the table. */
  drop(code?: number, reason?: string): void;
}

/**
 * A real session over a socket in memory, for specs of operators and of code that takes a session. Everything happens at once and in RxJS
 * time, so it works in `TestScheduler.run` and with fake timers. A close handshake is answered at once.
 *
 * @example
 * const { session$, sent, receive, drop } = fakeSession();
 * session$.pipe(request('orders.place', order)).subscribe(observer);
 * receive({ kind: 'reply', id: 1, data: receipt, last: true });
 */
export function fakeSession(options: FakeSessionOptions = {}): FakeSession {
  const { id = 1, protocol = commandNotify(), counters = createCounters(), framePings = false, events, heartbeat } = options;
  const confirmTimeout = checkDuration('fakeSession', 'confirmTimeout', options.confirmTimeout ?? 10_000, { infinite: true });
  const maxHeld = checkCount('fakeSession', 'maxHeld', options.maxHeld ?? 1_000);
  const codec = protocol.client();
  const sent: Message[] = [];
  let inbound: Message | undefined;
  let pings = 0;
  let end: SessionEnd | undefined;

  // Messages are noted after they were encoded: what cannot be is not sent.
  const recording: Codec = {
    encode: (message) => {
      const frames = codec.encode(message);
      sent.push(message);
      return frames;
    },
    decode: (frame) => {
      const given = inbound;
      inbound = undefined;
      return given ?? codec.decode(frame);
    },
    owed: codec.owed,
    farewell: () => codec.farewell?.() ?? [],
  };
  const owned = createSession({
    ...{ id, protocol, heartbeat, counters, events, confirmTimeout, maxHeld },
    opened: { url: 'ws://fake/', subprotocol: '' },
    codec: recording,
    clock: options.clock ?? (() => asyncScheduler.now()),
    socket: {
      get open() {
        return end === undefined;
      },
      bufferedAmount: 0,
      write: () => undefined,
      close: (code, reason) => {
        owned.end({ code, reason, wasClean: true, by: 'us' });
      },
      terminate: () => undefined,
      release: () => undefined,
      ping: framePings
        ? () => {
            pings++;
          }
        : undefined,
    },
    onEnd: (ending) => {
      end = ending;
    },
  });
  const { session } = owned;

  const session$ = new Observable<Session>((subscriber) => {
    if (session.open) subscriber.next(session);
    subscriber.add(
      session.closed.subscribe(({ error }) => {
        if (error) subscriber.error(error);
        else subscriber.complete();
      }),
    );
    return () => {
      owned.end({ code: 1000, reason: '', wasClean: true, by: 'us' });
    };
  });

  return {
    session,
    session$,
    sent,
    get pings() {
      return pings;
    },
    get end() {
      return end;
    },
    receive: (given) => {
      if (typeof given === 'string' || given instanceof Uint8Array) {
        owned.receive(given);
        return;
      }
      // By way of the decoder, so that it counts as a frame in all respects.
      inbound = given;
      owned.receive('');
      inbound = undefined;
    },
    receivePing: (pong = false) => {
      owned.heard(pong);
    },
    drop: (code = 1006, reason = '') => {
      const wasClean = code !== 1006;
      const error = new ConnectionLostError(code, reason, wasClean, errorOptionsOf(verdictOnClose(code, reason)));
      owned.end({ code, reason, wasClean, by: 'them', error });
    },
  };
}
