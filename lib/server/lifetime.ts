import {
  asyncScheduler,
  merge,
  mergeMap,
  type MonoTypeOperatorFunction,
  Observable,
  of,
  type SchedulerAction,
  takeUntil,
} from 'rxjs';
import type { AnySession } from '../connection/session.js';
import { checkFunction, checkThat, longestDelay } from '../options/check.js';
import { peerLink } from './peerLink.js';
import { sendAway } from './sendAway.js';

/** Options of {@link lifetime}. Durations are milliseconds, and may be longer than the 24 days that a timer holds. */
export interface LifetimeOptions {
  /** How long a peer may be connected. */
  readonly max: number;
  /** By how much it may be shorter or longer, so that peers that came together do not go together. Default: a tenth of `max`. */
  readonly jitter?: number | undefined;
  /** Where in that range: a number in [0, 1). Default `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/** Closes one session after so long; emits nothing. */
const closeAfter = (session: AnySession, life: number): Observable<never> =>
  new Observable(() => {
    const due = asyncScheduler.now() + life;
    const look = function (this: SchedulerAction<void>): void {
      const left = due - asyncScheduler.now();
      // A platform timer that is set to longer fires at once.
      if (left > 0) this.schedule(undefined, Math.min(left, longestDelay));
      else if (session.open) sendAway(peerLink(session), 1012, 'lifetime');
    };
    return asyncScheduler.schedule(look, Math.min(life, longestDelay));
  });

const checkLength = (name: string, value: number, min: number, max: number): void => {
  checkThat('lifetime', name, value, 'a number of milliseconds', typeof value === 'number' && value === value);
  checkThat('lifetime', name, value, `from ${min} to ${max} ms`, value >= min && value <= max, RangeError);
};

/**
 * Closes each peer with 1012 after so long, which a client takes for a restart: it comes back at once, perhaps to another machine. Connections
 * that live for ever keep to the machine they first met.
 *
 * Emits each session as it comes. Errors and completes with the source; unsubscribing stops its timers. After a reconnect the time begins anew.
 *
 * @example
 * serve({ port: 8080, protocol: commandNotify() }).pipe(lifetime({ max: 3_600_000, jitter: 600_000 })).subscribe();
 *
 * @throws TypeError or RangeError at the call, with the name of the option that is invalid.
 */
export function lifetime<S extends AnySession>({
  max,
  jitter = max / 10,
  random = Math.random,
}: LifetimeOptions): MonoTypeOperatorFunction<S> {
  checkLength('max', max, 1, Number.MAX_SAFE_INTEGER);
  checkLength('jitter', jitter, 0, max);
  checkFunction('lifetime', 'random', random);
  return mergeMap((session) =>
    merge(closeAfter(session, max + (random() * 2 - 1) * jitter).pipe(takeUntil(session.closed)), of(session)),
  );
}
