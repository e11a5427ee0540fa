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
import { checkDuration, checkFunction, checkThat, longestDelay } from '../options/check.js';
import { peerLink } from './peerLink.js';
import { sendAway } from './sendAway.js';
import { closeWhenIdle, refuseRequests, runningOf } from './windDown.js';

/** Options of {@link lifetime}. Durations are milliseconds, and may be longer than the 24 days that a timer holds. */
export interface LifetimeOptions {
  /** How long a peer may be connected. */
  readonly max: number;
  /** By how much it may be shorter or longer, so that peers that came together do not go together. Default: a tenth of `max`. */
  readonly jitter?: number | undefined;
  /** How long the requests that run by then may take until they are done. Streams that go on are cut off then. Default 5 000. */
  readonly deadline?: number | undefined;
  /** Where in that range: a number in [0, 1). Default `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/** Milliseconds that a client is advised to wait whose request comes too late: by then it is connected anew. */
const retryAfter = 1_000;

/** Closes one session after so long, and at most `deadline` ms for what it has running; emits nothing. */
const closeAfter = (session: AnySession, life: number, deadline: number): Observable<never> =>
  new Observable((subscriber) => {
    const due = asyncScheduler.now() + life;
    const look = function (this: SchedulerAction<void>): void {
      const left = due - asyncScheduler.now();
      // A platform timer that is set to longer fires at once.
      if (left > 0) this.schedule(undefined, Math.min(left, longestDelay));
      else end();
    };
    const end = (): void => {
      if (deadline > 0 && runningOf(session) > 0) {
        subscriber.add(refuseRequests(session, 'the connection is about to close', retryAfter));
        subscriber.add(closeWhenIdle(session, 'lifetime'));
        subscriber.add(asyncScheduler.schedule(close, deadline));
      } else close();
    };
    const close = (): void => {
      if (session.open) sendAway(peerLink(session), 1012, 'lifetime');
    };
    return asyncScheduler.schedule(look, Math.min(life, longestDelay));
  });

const checkLength = (name: string, value: number, min: number, max: number): void => {
  checkThat('lifetime', name, value, 'a number of milliseconds', typeof value === 'number' && value === value);
  checkThat('lifetime', name, value, `from ${min} to ${max} ms`, value >= min && value <= max, RangeError);
};

/**
 * Closes each peer with 1012 after so long, which a client takes for a restart: it comes back at once, perhaps to another machine. Connections
 * that live for ever keep to the machine they first met. Requests that run by then may finish, within `deadline`; a new one is answered with
 * `DRAINING` and an advice to try again. Topics, sends and messages of the server go on until the close.
 *
 * Emits each session as it comes. Errors and completes with the source; unsubscribing stops its timers: who was about to go stays. After a reconnect the time begins anew.
 *
 * @example
 * serve({ port: 8080, protocol: commandNotify() }).pipe(lifetime({ max: 3_600_000, jitter: 600_000 })).subscribe();
 *
 * @throws TypeError or RangeError at the call, with the name of the option that is invalid.
 */
export function lifetime<S extends AnySession>({
  max,
  jitter = max / 10,
  deadline = 5_000,
  random = Math.random,
}: LifetimeOptions): MonoTypeOperatorFunction<S> {
  checkLength('max', max, 1, Number.MAX_SAFE_INTEGER);
  checkLength('jitter', jitter, 0, max);
  checkDuration('lifetime', 'deadline', deadline);
  checkFunction('lifetime', 'random', random);
  return mergeMap((session) =>
    merge(closeAfter(session, max + (random() * 2 - 1) * jitter, deadline).pipe(takeUntil(session.closed)), of(session)),
  );
}
