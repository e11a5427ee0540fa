import { asyncScheduler, Subscription } from 'rxjs';
import { isBehind, lookInterval } from './backlog.js';
import type { PeerLink } from './peerLink.js';

/** Who waits for a peer. They share its timer, which runs while there are any. */
export interface CatchUp {
  readonly waiting: Map<Subscription, () => void>;
  timer: Subscription | undefined;
}

function schedule(link: PeerLink, catchUp: CatchUp): void {
  const { waiting } = catchUp;
  catchUp.timer ??= asyncScheduler.schedule(() => {
    catchUp.timer = undefined;
    for (const [mine, run] of waiting) {
      // What one of them sends may be too much for the next.
      if (isBehind(link)) break;
      mine.unsubscribe();
      run();
    }
    if (waiting.size > 0) schedule(link, catchUp);
  }, lookInterval);
}

/** Calls `run` once the peer is behind no more: not before the next look, and in the order in which they came. Unsubscribing calls it off. */
export function whenCaughtUp(link: PeerLink, run: () => void): Subscription {
  const catchUp = (link.catchUp ??= { waiting: new Map(), timer: undefined });
  const { waiting } = catchUp;
  const mine = new Subscription(() => {
    waiting.delete(mine);
    if (waiting.size > 0) return;
    catchUp.timer?.unsubscribe();
    catchUp.timer = undefined;
  });
  waiting.set(mine, run);
  schedule(link, catchUp);
  return mine;
}
