import { asyncScheduler, concat, interval, map, type Observable } from 'rxjs';
import { checkCounters, checkDuration, checkFunction } from '../options/check.js';
import { readOptions } from '../options/readOptions.js';
import type { Counters } from './counters.js';
import type { DropReason } from './gatewayEvent.js';
import type { Histogram } from './histogram.js';

/** Durations in ms, good to 9 %. Percentiles are `undefined` until there is a duration. */
export interface DurationSummary {
  readonly count: number;
  readonly p50: number | undefined;
  readonly p95: number | undefined;
  readonly p99: number | undefined;
}

/** A sample of {@link Counters}: a plain object that does not change. All but `uptime` and `pending` count from the beginning. */
export interface Metrics {
  /** Milliseconds since the present session became usable; 0 without one. */
  readonly uptime: number;
  /** Attempts to connect. */
  readonly attempts: number;
  /** Sessions that opened. */
  readonly sessions: number;
  readonly messagesIn: number;
  readonly messagesOut: number;
  /** Sizes of frames: bytes of binary frames, characters of text. */
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Payloads that a codec of the contract refused, in either direction. */
  readonly invalid: number;
  /** Requests without a reply yet. */
  readonly pending: number;
  readonly drops: Readonly<Record<DropReason, number>>;
  /** Round trips of heartbeats. */
  readonly rtt: DurationSummary;
  /** From sending a request to its first reply. */
  readonly replyTime: DurationSummary;
}

/** Options of {@link metrics}. */
export interface MetricsOptions {
  /** Milliseconds between two samples. Default 1 000. */
  readonly every?: number | undefined;
  /** Counts the requests without a reply at each sample, in place of `counters.pending`. If it throws, `counters.pending` stands. */
  readonly pending?: (() => number) | undefined;
}

const summary = (durations: Histogram): DurationSummary =>
  Object.freeze({
    count: durations.count,
    p50: durations.percentile(0.5),
    p95: durations.percentile(0.95),
    p99: durations.percentile(0.99),
  });

/** The counters as they stand, as a plain object that does not change. */
export function sampleMetrics(counters: Counters): Metrics {
  const { since, drops, rtt, replyTime, ...counts } = counters;
  return Object.freeze({
    ...counts,
    // Clocks can be set back.
    uptime: since === undefined ? 0 : Math.max(0, asyncScheduler.now() - since),
    drops: Object.freeze({ ...drops }),
    rtt: summary(rtt),
    replyTime: summary(replyTime),
  });
}

/**
 * Emits a sample of the counters on subscription, and then one every `every` ms.
 *
 * - **Never errors and never completes**; it runs through reconnects, and the counts go on.
 * - **Unsubscribing** stops its timer and sends nothing. Each subscription has its own timer, which keeps a Node process alive.
 *
 * ```ts
 * import { connect, createCounters, metrics } from 'rxgate';
 * import { commandNotify } from 'rxgate/protocols';
 *
 * const counters = createCounters();
 * const session$ = connect({ url: 'wss://gw.example/ws', protocol: commandNotify(), counters });
 * metrics(counters, { every: 5_000 }).subscribe(({ uptime, rtt }) => console.log(uptime, rtt.p95));
 * ```
 *
 * @throws TypeError or RangeError at the call, with the name of the option that is invalid.
 */
export function metrics(counters: Counters, options: MetricsOptions = {}): Observable<Metrics> {
  checkCounters('metrics', counters);
  const { every, pending } = readOptions('metrics', options, {
    every: [checkDuration, 1_000, { min: 1 }],
    pending: [checkFunction],
  });
  const sample = (): Metrics => {
    const sampled = sampleMetrics(counters);
    if (!pending) return sampled;
    try {
      return Object.freeze({ ...sampled, pending: pending() });
    } catch {
      return sampled;
    }
  };
  return concat([0], interval(every)).pipe(map(sample));
}
