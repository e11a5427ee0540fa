import {
  asyncScheduler,
  catchError,
  defer,
  filter,
  merge,
  type MonoTypeOperatorFunction,
  NEVER,
  type Observable,
  retry,
  tap,
  timer,
} from 'rxjs';
import { decorrelatedJitter } from '../backoff/decorrelatedJitter.js';
import type { BackoffStrategy } from '../backoff/strategy.js';
import type { EventObserver, GatewayEvent } from '../events/gatewayEvent.js';
import { createReporter } from '../events/reporter.js';
import { checkCount, checkDuration, checkFunction, checkObserver, checkThat, delayOf, longestDelay } from '../options/check.js';
import { checkObservable } from '../options/checkObservable.js';
import { readOptions } from '../options/readOptions.js';

/** When {@link retryBackoff} tries again, and when it gives up. Durations are in milliseconds. */
export interface RetryPolicy {
  /** How long to wait before each retry. Default `decorrelatedJitter`. */
  readonly strategy?: BackoffStrategy | undefined;
  /** What the strategy starts from. Default 1 000. With 0 the strategies that grow from it never wait. */
  readonly initialDelay?: number | undefined;
  /** The longest wait that a strategy may ask for, not less than `initialDelay`. Default 30 000. Advice may ask for more. */
  readonly maxDelay?: number | undefined;
  /** How many attempts in a row are made, the first included; then the stream errors with the last error. Default `Infinity`. */
  readonly maxAttempts?: number | undefined;
  /** An attempt that would start later than this after the first failure of the row is not made. Default `Infinity`. */
  readonly maxElapsed?: number | undefined;
  /**
   * A source that fails at least this long after its last emission has done well: attempts, elapsed time and delays start anew. A
   * source that emitted nothing since it was subscribed to never has. `Infinity`: never. Default 5 000.
   */
  readonly resetAfter?: number | undefined;
  /** Where the strategy's randomness comes from: a number in [0, 1). Default `Math.random`. */
  readonly random?: (() => number) | undefined;
  /** Whether an error is worth another attempt. Default: what a boolean `error.retryable` says, and `true` without one. */
  readonly retryable?: ((error: unknown) => boolean) | undefined;
  /**
   * An emission during a wait ends the wait: the retry follows at once. It is subscribed to for each wait, so emissions at other times
   * count for nothing, and neither does a value that it replays on subscription. Its completion ends nothing, and its error is an
   * event and ends nothing either.
   */
  readonly wake?: Observable<unknown> | undefined;
  /** Gets `retrying`, `gaveUp`, `released` (unsubscribed during a wait), and `hookFailed` for an error of `wake`. */
  readonly events?: EventObserver | undefined;
}

/** Errors of gateways may carry advice of when to come back. */
type Advised = { readonly retryAfter?: unknown; readonly spread?: unknown } | null | undefined;

/** How long to wait at least, in ms. */
const advisedDelay = (failure: Advised, random: () => number): number =>
  typeof failure?.retryAfter === 'number' ? delayOf(failure.retryAfter) + random() * delayOf(failure.spread) : 0;

const isRetryable = (error: unknown): boolean =>
  (error as { readonly retryable?: unknown } | null | undefined)?.retryable !== false;

/** A `wake` that does no harm: its error is an event, and ends nothing. */
export const harmless = (wake: Observable<unknown>, report: (event: GatewayEvent) => void): Observable<unknown> =>
  wake.pipe(
    catchError((cause: unknown) => {
      report({ type: 'hookFailed', hook: 'wake', cause });
      return NEVER;
    }),
  );

/**
 * Emits what the source emits, and subscribes to it again when it errors: after a delay that grows with every failure in a row, up to a
 * limit, and that differs between clients. It works on any observable; on a stream of sessions it is what reconnects.
 *
 * ```
 * source      -s---#      (s: a session, #: lost)
 * retried           --#   (refused)
 * retried                ----s---
 * retryBackoff -s-----------s---
 * ```
 *
 * - **Errors** with the source's error when `retryable` says no, when `maxAttempts` were made in a row, or when the next one would start
 *   after `maxElapsed`. If `retryable` or `strategy` throws, it errors with what was thrown, and with a TypeError if the strategy returns
 *   no delay.
 * - **Completes** when the source does.
 * - **Unsubscribing** unsubscribes from the source, or ends the wait; no timer is left.
 * - **Resets** when a source lived: see `resetAfter`. A session that is lost at once, again and again, is retried ever more slowly.
 * - **Advice** is a lower bound: with a number in `error.retryAfter` the delay is at least that many ms, plus a random share of
 *   `error.spread` ms. `maxDelay` does not cut it.
 *
 * All state belongs to the subscription. Put it below `shareSession`, so that all consumers share one retry loop, and above `authenticate`
 * and `heartbeat`, so that their failures reconnect. (This is the often written `retryWhen` with backoff; `retryWhen` is deprecated.)
 *
 * ```ts
 * import { fromEvent } from 'rxjs';
 * import { connect, retryBackoff, shareSession } from 'rxgate';
 * import { commandNotify } from 'rxgate/protocols';
 *
 * const session$ = connect({ url: 'wss://gw.example/ws', protocol: commandNotify() }).pipe(
 *   retryBackoff({ maxDelay: 60_000, wake: fromEvent(window, 'online') }),
 *   shareSession(),
 * );
 * ```
 *
 * @throws TypeError or RangeError at the call, with the name of the option that is invalid.
 */
export function retryBackoff<T>(policy: RetryPolicy = {}): MonoTypeOperatorFunction<T> {
  const { strategy, initialDelay, maxDelay, maxAttempts, maxElapsed, resetAfter, random, retryable, wake, events } = readOptions(
    'retryBackoff',
    policy,
    {
      strategy: [checkFunction, decorrelatedJitter],
      initialDelay: [checkDuration, 1_000],
      maxDelay: [checkDuration, 30_000, { min: (policy as RetryPolicy | null)?.initialDelay ?? 1_000 }],
      maxAttempts: [checkCount, Infinity, { min: 1, infinite: true }],
      maxElapsed: [checkDuration, Infinity, { infinite: true }],
      resetAfter: [checkDuration, 5_000, { infinite: true }],
      random: [checkFunction, Math.random],
      retryable: [checkFunction, isRetryable],
      wake: [checkObservable, NEVER as Observable<unknown>],
      events: [checkObserver],
    },
  );
  const report = createReporter(events);

  return (source) =>
    defer(() => {
      let attempt = 1;
      // Not `attempt - 1`: after a reset the next attempt is number 1, and a wait comes before it all the same.
      let retries = 0;
      let previous = 0;
      let failingSince = 0;
      let emittedAt = NaN;
      let waiting = false;

      /** The wait before the next attempt, in ms; throws what is then the error of the stream. */
      const delayAfter = (failure: unknown): number => {
        const now = asyncScheduler.now();
        if (!retryable(failure)) throw failure;
        if (now - emittedAt >= resetAfter) attempt = retries = previous = 0;
        // The next attempt must earn its reset by an emission of its own.
        emittedAt = NaN;
        if (retries === 0) failingSince = now;
        if (++attempt > maxAttempts) throw failure;
        const drawn = strategy({ attempt: ++retries, previous, initialDelay, maxDelay, random });
        checkThat('retryBackoff', 'delay of strategy', drawn, 'milliseconds', Number.isFinite(drawn) && drawn >= 0, TypeError, {
          cause: failure,
        });
        // Advice stays out of `previous`: one long advised wait is no reason for longer waits of our own.
        previous = Math.min(drawn, maxDelay);
        const delay = Math.min(longestDelay, Math.max(previous, advisedDelay(failure as Advised, random)));
        if (now + delay - failingSince > maxElapsed) throw failure;
        return delay;
      };

      const wait = (failure: unknown): Observable<unknown> => {
        const delay = delayAfter(failure);
        // Before the report: who unsubscribes on hearing it has ended a wait.
        waiting = true;
        report({ type: 'retrying', attempt, delay, cause: failure });
        let begun = false;
        const over = defer(() => {
          begun = true;
          return timer(delay);
        });
        // What `wake` replays is older than this wait; to act on it would be to retry without any wait at all.
        return merge(harmless(wake, report).pipe(filter(() => begun)), over);
      };

      return source.pipe(
        tap({
          subscribe: () => (waiting = false),
          next: () => (emittedAt = asyncScheduler.now()),
        }),
        retry({ delay: wait }),
        tap({
          error: (cause: unknown) => report({ type: 'gaveUp', cause }),
          finalize: () => waiting && report({ type: 'released' }),
        }),
      );
    });
}
