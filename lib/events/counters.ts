import type { DropReason } from './gatewayEvent.js';
import type { Histogram } from './histogram.js';

/** Plain numbers that a connection counts up. A user owns them: give one object to `connect({ counters })` and sample it with `metrics`. */
export interface Counters {
  /** Attempts to connect. */
  attempts: number;
  /** Sessions that opened. */
  sessions: number;
  /** Messages, of which a frame may hold several; one that holds none for the session counts as one. */
  messagesIn: number;
  messagesOut: number;
  /** Sizes of frames: bytes of binary frames, characters of text. */
  bytesIn: number;
  bytesOut: number;
  /** Payloads that a codec of the contract refused, in either direction. */
  invalid: number;
  /** Requests without a reply yet. */
  pending: number;
  /** When the present session became usable, in ms; undefined without one. */
  since: number | undefined;
  readonly drops: Record<DropReason, number>;
  /** Round trips of heartbeats, in ms. */
  readonly rtt: Histogram;
  /** From sending a request to its first reply, in ms. */
  readonly replyTime: Histogram;
}

/** Counters at zero, with histograms of this make. */
export const countersWith = (histogram: () => Histogram): Counters => ({
  attempts: 0,
  sessions: 0,
  messagesIn: 0,
  messagesOut: 0,
  bytesIn: 0,
  bytesOut: 0,
  invalid: 0,
  pending: 0,
  since: undefined,
  drops: {
    unmatchedReply: 0,
    unroutedNotification: 0,
    heldOverflow: 0,
    unmatchedConfirmation: 0,
    unhandled: 0,
    malformed: 0,
    invalid: 0,
    rateLimited: 0,
    busy: 0,
    unauthenticated: 0,
    maxBuffered: 0,
    slowConsumer: 0,
  },
  rtt: histogram(),
  replyTime: histogram(),
});
