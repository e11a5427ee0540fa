import { asyncScheduler, type Subscription } from 'rxjs';
import { advance, giveUp, type Outlet } from './outlet.js';

/** Milliseconds between two looks at the peers that are behind. A socket says when it is empty, but not when it is nearly so. */
const interval = 20;

/** Looks after the peers of one stage that are behind, all with one timer, which runs while there are any. */
export interface OutletRounds {
  readonly add: (outlet: Outlet) => void;
  remove(outlet: Outlet): void;
}

/** Nobody is behind. Who stays so for `maxStalled` ms is given up. */
export function createRounds(maxStalled: number): OutletRounds {
  const behind = new Map<Outlet, number>();
  let timer: Subscription | undefined;

  const schedule = (): void => {
    timer = asyncScheduler.schedule(look, interval);
  };
  const look = (): void => {
    timer = undefined;
    const now = asyncScheduler.now();
    for (const [outlet, since] of behind) {
      if (!advance(outlet)) {
        // Not from the last progress: who reads a little now and then would stay behind for ever.
        if (now - since < maxStalled) continue;
        giveUp(outlet);
      }
      behind.delete(outlet);
    }
    if (behind.size > 0) schedule();
  };
  return {
    add: (outlet) => {
      behind.set(outlet, asyncScheduler.now());
      if (!timer) schedule();
    },
    remove: (outlet) => {
      behind.delete(outlet);
      if (behind.size > 0) return;
      timer?.unsubscribe();
      timer = undefined;
    },
  };
}
