import { asyncScheduler, type SchedulerAction, type Subscription } from 'rxjs';
import { longestDelay } from '../options/check.js';
import { now } from './now.js';

/** Who has something that can expire: one timer for all of it. */
export interface Deadlines {
  /** When the timer fires, in RxJS time; `Infinity`: never, and `-Infinity`: never again. */
  due: number;
  timer?: Subscription;
  /** Settles what is due; returns the next deadline, or `Infinity`. */
  sweep(): number;
}

/**
 * Makes sure that the sweep runs at `deadline` (RxJS time in ms); `-Infinity` stops it for good. What settles in time is not taken off: the
 * timer fires once in vain instead, which costs less than a timer for each. It keeps no process: until its end a session has a socket.
 * A timer that is late sweeps one turn later: a stalled event loop runs its timers before it reads the socket, and what has arrived counts.
 */
export function watch(host: Deadlines, deadline: number): void {
  if (deadline >= host.due) return;
  host.due = deadline;
  host.timer?.unsubscribe();
  if (deadline < 0) return;
  const begun = now();
  const delay = Math.min(longestDelay, Math.max(0, deadline - begun));
  host.timer = asyncScheduler.schedule(function (this: SchedulerAction<boolean>, read) {
    if (!read && now() > begun + delay) {
      this.schedule(true);
      return;
    }
    host.due = Infinity;
    watch(host, host.sweep());
  }, delay);
}

/** Nothing is left that could expire: the timer is dropped. For what settles often it costs more than a timer that fires in vain. */
export function rest(host: Deadlines): void {
  host.timer?.unsubscribe();
  // Who was stopped for good stays so.
  if (host.due > 0) host.due = Infinity;
}

/** Tells `expire` of each entry that is due; returns the deadline of the next, or `Infinity`. */
export function sweep<T extends { readonly deadline: number }>(entries: Iterable<T>, expire: (entry: T) => void): number {
  const present = now();
  let next = Infinity;
  for (const entry of entries)
    if (entry.deadline > present) next = Math.min(next, entry.deadline);
    else expire(entry);
  return next;
}
