import {
  asyncScheduler,
  catchError,
  defer,
  filter,
  finalize,
  isObservable,
  merge,
  type MonoTypeOperatorFunction,
  NEVER,
  type Observable,
  retry,
  tap,
  throwError,
  timer,
} from 'rxjs';
import { decorrelatedJitter } from '../backoff/decorrelatedJitter.js';
import type { BackoffStrategy } from '../backoff/strategy.js';
import { createStreak, type StreakRules } from '../backoff/streak.js';
import type { EventObserver } from '../events/gatewayEvent.js';
import { createReporter } from '../events/reporter.js';
import { checkCount, checkDuration, checkFunction } from '../options/check.js';

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

const isRetryable = (error: unknown): boolean =>
  (error as { readonly retryable?: unknown } | null | undefined)?.retryable !== false;

interface Rules extends StreakRules {
  readonly retryable: (error: unknown) => boolean;
}

const checkPolicy = ({
  strategy = decorrelatedJitter,
  initialDelay = 1_000,
  maxDelay = 30_000,
  maxAttempts = Infinity,
  maxElapsed = Infinity,
  resetAfter = 5_000,
  random = Math.random,
  retryable = isRetryable,
  wake,
  events,
}: RetryPolicy): Rules => {
  const owner = 'retryBackoff';
  checkDuration(owner, 'initialDelay', initialDelay);
  checkDuration(owner, 'maxDelay', maxDelay);
  if (maxDelay < initialDelay)
    throw new RangeError(`${owner}: maxDelay (${maxDelay} ms) must not be less than initialDelay (${initialDelay} ms)`);
  if (wake !== undefined && !isObservable(wake)) throw new TypeError(`${owner}: wake must be an observable`);
  if (events !== undefined) checkFunction(owner, 'events.next', (events as EventObserver | null)?.next);
  return {
    strategy: checkFunction(owner, 'strategy', strategy),
    initialDelay,
    maxDelay,
    maxAttempts: checkCount(owner, 'maxAttempts', maxAttempts, { min: 1, infinite: true }),
    maxElapsed: checkDuration(owner, 'maxElapsed', maxElapsed, { infinite: true }),
    resetAfter: checkDuration(owner, 'resetAfter', resetAfter, { infinite: true }),
    random: checkFunction(owner, 'random', random),
    retryable: checkFunction(owner, 'retryable', retryable),
  };
};

/** A callback's problem keeps its identity, as everywhere in RxJS; the failure that it would hide goes along as its cause. */
const withCause = (problem: unknown, failure: unknown): unknown => {
  if (problem instanceof Error && problem !== failure && !('cause' in problem) && Object.isExtensible(problem))
    Object.defineProperty(problem, 'cause', { value: failure, configurable: true, writable: true });
  return problem;
};

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
 *   no delay; the source's error is then the `cause`.
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
  const { retryable, ...rules } = checkPolicy(policy);
  const { wake = NEVER, events } = policy;
  const report = createReporter(events);

  return (source) =>
    defer(() => {
      const streak = createStreak(rules);
      let waiting = false;

      const giveUp = (cause: unknown): Observable<never> => {
        report({ type: 'gaveUp', cause });
        return throwError(() => cause);
      };

      const wait = (delay: number): Observable<unknown> => {
        let begun = false;
        // `wake` makes a wait shorter. Were its error or completion to count, a broken notifier would end a stream that can recover.
        const woken = wake.pipe(
          catchError((cause: unknown) => {
            report({ type: 'hookFailed', hook: 'wake', cause });
            return NEVER;
          }),
          // What it replays is older than this wait; to act on it would be to retry without any wait at all.
          filter(() => begun),
        );
        const over = defer(() => {
          begun = true;
          return timer(delay);
        });
        return merge(woken, over).pipe(tap(() => (waiting = false)));
      };

      const delay = (failure: unknown): Observable<unknown> => {
        let next: ReturnType<typeof streak.failed>;
        try {
          next = retryable(failure) ? streak.failed(failure, asyncScheduler.now()) : undefined;
        } catch (problem) {
          return giveUp(withCause(problem, failure));
        }
        if (!next) return giveUp(failure);
        // Before the report: who unsubscribes on hearing it has ended a wait.
        waiting = true;
        report({ type: 'retrying', ...next, cause: failure });
        return wait(next.delay);
      };

      return source.pipe(
        tap(() => streak.emitted(asyncScheduler.now())),
        retry({ delay }),
        finalize(() => waiting && report({ type: 'released' })),
      );
    });
}
