import { asyncScheduler, type Subscription } from 'rxjs';
import { isBehind, isDrained, takenBy } from './backlog.js';
import { advance, giveUp, type Outlet } from './outlet.js';

/** Milliseconds between two looks at the peers that are behind. A socket says when it is empty, but not when it is nearly so. */
const interval = 20;

/** Looks after the peers of one stage that are behind, all with one timer, which runs while there are any. */
export interface OutletRounds {
  /** An episode begins. */
  readonly add: (outlet: Outlet) => void;
  /** Somebody waits for the peer, who gives it no more until it is behind no more: there may never be an episode. */
  readonly watch: (outlet: Outlet) => void;
  remove(outlet: Outlet): void;
}

/** When the socket of a peer last took something, and how much it had taken by then. */
interface Progress {
  since: number;
  taken: number;
}

/** Nobody is behind. Who stays so for `maxStalled` ms is given up; who is only waited for, when its socket takes nothing for as long. */
export function createRounds(maxStalled: number): OutletRounds {
  const behind = new Map<Outlet, number>();
  const watched = new Map<Outlet, Progress>();
  let timer: Subscription | undefined;

  const schedule = (): void => {
    timer ??= asyncScheduler.schedule(look, interval);
  };
  const lookAtEpisodes = (now: number): void => {
    for (const [outlet, since] of behind) {
      if (!advance(outlet)) {
        // Not from the last progress: who reads a little now and then would stay behind for ever.
        if (now - since < maxStalled) continue;
        giveUp(outlet);
      }
      behind.delete(outlet);
    }
  };
  const lookAtWatched = (now: number): void => {
    for (const [outlet, progress] of watched) {
      const { link } = outlet;
      const taken = takenBy(link);
      if (taken > progress.taken) progress.since = now;
      progress.taken = taken;
      // An episode has a clock of its own.
      if (outlet.episode) progress.since = now;
      else if (!link.open || (isDrained(link) && !isBehind(link))) watched.delete(outlet);
      else if (now - progress.since >= maxStalled) {
        watched.delete(outlet);
        giveUp(outlet);
      }
    }
  };
  const look = (): void => {
    timer = undefined;
    const now = asyncScheduler.now();
    lookAtEpisodes(now);
    lookAtWatched(now);
    if (behind.size + watched.size > 0) schedule();
  };
  return {
    add: (outlet) => {
      behind.set(outlet, asyncScheduler.now());
      schedule();
    },
    watch: (outlet) => {
      if (watched.has(outlet)) return;
      watched.set(outlet, { since: asyncScheduler.now(), taken: takenBy(outlet.link) });
      schedule();
    },
    remove: (outlet) => {
      behind.delete(outlet);
      watched.delete(outlet);
      if (behind.size + watched.size > 0) return;
      timer?.unsubscribe();
      timer = undefined;
    },
  };
}
