import { asyncScheduler, type Subscription } from 'rxjs';
import { longestDelay } from '../options/check.js';

/** One timer for many deadlines. */
export interface Deadlines {
  /** Makes sure that the sweep runs at `deadline` (RxJS time in ms; `Infinity`: never). */
  watch(deadline: number): void;
  stop(): void;
}

/**
 * One timer for all that can expire. `sweep` settles what is due and returns the next deadline, or `Infinity`. What settles in time is
 * not taken off: the timer fires once in vain instead, which costs less than a timer for each.
 */
export function createDeadlines(sweep: (now: number) => number): Deadlines {
  let due = Infinity;
  let timer: Subscription | undefined;
  const watch = (deadline: number): void => {
    if (deadline >= due) return;
    due = deadline;
    timer?.unsubscribe();
    timer = asyncScheduler.schedule(fire, Math.min(longestDelay, Math.max(0, deadline - asyncScheduler.now())));
  };
  const fire = (): void => {
    due = Infinity;
    watch(sweep(asyncScheduler.now()));
  };
  return {
    watch,
    stop: () => {
      due = Infinity;
      timer?.unsubscribe();
    },
  };
}
