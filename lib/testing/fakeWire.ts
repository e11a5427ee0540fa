import { asyncScheduler } from 'rxjs';
import type { OwnedSession } from '../connection/ownedSession.js';
import type { SessionEnd } from '../connection/session.js';
import type { SessionSocket } from '../connection/sessionLink.js';
import type { Counters } from '../events/counters.js';
import { createCounters } from '../events/createCounters.js';
import type { EventObserver } from '../events/gatewayEvent.js';
import { checkCount, checkCounting, checkDuration, checkFunction, checkObserver } from '../options/check.js';
import { readOptions } from '../options/readOptions.js';
import { commandNotify } from '../protocols/commandNotify.js';
import type { Message } from '../protocols/message.js';
import type { Codec, Frame, Protocol } from '../protocols/protocol.js';

/** What a session and a peer without a socket are made of. Durations are milliseconds of RxJS time. */
export interface FakeWireOptions {
  /** Default 1. */
  readonly id?: number | undefined;
  /** Encodes what is sent, so that its errors show, and decodes frames given to `receive`. Default `commandNotify()`. */
  readonly protocol?: Protocol | undefined;
  /** As over a socket. Default 10 000. */
  readonly confirmTimeout?: number | undefined;
  /** As over a socket. Default 1 000. */
  readonly maxHeld?: number | undefined;
  readonly events?: EventObserver | undefined;
  readonly counters?: Counters | undefined;
  /** For round trips, in ms. Default: RxJS time. */
  readonly clock?: (() => number) | undefined;
}

/** The other side of a session or a peer without a socket. */
export interface FakeOtherSide {
  /** What the code under test sent, in order: what reached the socket, which a stage may have held back before. */
  readonly sent: readonly Message[];
  /** How many pings of the WebSocket protocol were sent. */
  readonly pings: number;
  /** How it ended; `undefined` while it is open. */
  readonly end: SessionEnd | undefined;
  /** The other side sends a message, or a frame of the protocol. */
  receive(inbound: Message | Frame): void;
  /** The other side sends a ping or, with `true`, a pong of the WebSocket protocol. */
  receivePing(pong?: boolean): void;
}

/** Checks the options at the call, and fills in their defaults. */
export const readFakeWire = (owner: string, options: FakeWireOptions) => ({
  ...readOptions(owner, options, {
    confirmTimeout: [checkDuration, 10_000, { min: 1, infinite: true }],
    maxHeld: [checkCount, 1_000, {}],
    events: [checkObserver],
    counters: [checkCounting, createCounters()],
    clock: [checkFunction, () => asyncScheduler.now()],
  }),
  id: options.id ?? 1,
  protocol: options.protocol ?? commandNotify(),
});

/** A wire that ends in a list. `codec`, `socket` and `onEnd` are for the session that is then given to `carry`. */
export function createFakeWire(codec: Codec, canPing: boolean, receiveFrame?: (frame: Frame) => void) {
  const sent: Message[] = [];
  let owned: OwnedSession | undefined;
  let inbound: Message | undefined;
  let pings = 0;
  let end: SessionEnd | undefined;
  let buffered = 0;
  let written = 0;
  let stalled = false;

  const socket: SessionSocket = {
    get open() {
      return end === undefined;
    },
    get bufferedAmount() {
      return buffered;
    },
    get taken() {
      return written - buffered;
    },
    write: (frame) => {
      written += frame.length;
      if (stalled) buffered += frame.length;
    },
    close: (code, reason) => {
      owned?.end({ code, reason, wasClean: true, by: 'us' });
    },
    terminate: () => undefined,
    release: () => undefined,
    ping: canPing
      ? () => {
          pings++;
        }
      : undefined,
  };
  const otherSide: FakeOtherSide = {
    sent,
    get pings() {
      return pings;
    },
    get end() {
      return end;
    },
    receive: (given) => {
      if (typeof given === 'string' || given instanceof Uint8Array) {
        if (receiveFrame) receiveFrame(given);
        else owned?.receive(given);
        return;
      }
      // By way of the decoder, so that it counts as a frame in all respects.
      inbound = given;
      try {
        owned?.receive('');
      } finally {
        inbound = undefined;
      }
    },
    receivePing: (pong = false) => {
      owned?.heard(pong);
    },
  };
  return {
    socket,
    otherSide,
    codec: {
      encode: (message) => codec.encode(message),
      decode: (frame) => inbound ?? codec.decode(frame),
      owed: codec.owed,
      farewell: () => codec.farewell?.() ?? [],
    } satisfies Codec,
    stall: (): void => {
      stalled = true;
    },
    resume: (): void => {
      stalled = false;
      buffered = 0;
    },
    onEnd: (ending: SessionEnd): void => {
      end = ending;
    },
    carry: <S extends OwnedSession>(session: S): S => {
      owned = session;
      const { write: put } = session;
      // Here, below all stages, and not at the codec: what is sent to many peers is encoded once, by another one's.
      session.write = (message, frames) => {
        sent.push(message);
        put.call(session, message, frames);
      };
      return session;
    },
  };
}
