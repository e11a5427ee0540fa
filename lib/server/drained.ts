import { asyncScheduler, Observable, type Subscriber, type Subscription } from 'rxjs';
import { awaitRoom, isDrained, type Looks, nextLook } from './backlog.js';
import type { PeerLink } from './peerLink.js';

/** Who wants to know when a peer has caught up, and the timer that runs while there are any and it has not. */
export interface DrainWatch extends Looks {
  readonly subscribers: Set<Subscriber<void>>;
  timer: Subscription | undefined;
}

function arm(link: PeerLink, watch: DrainWatch): void {
  const { subscribers } = watch;
  if (subscribers.size === 0 || isDrained(link)) return;
  awaitRoom(link);
  watch.timer ??= asyncScheduler.schedule(
    () => {
      watch.timer = undefined;
      if (isDrained(link)) watch.taken = -Infinity;
      for (const subscriber of [...subscribers]) {
        // What one of them sends may be too much for the next, whose turn is the first then.
        if (!isDrained(link)) break;
        if (!subscribers.delete(subscriber)) continue;
        subscribers.add(subscriber);
        subscriber.next();
      }
      arm(link, watch);
    },
    nextLook(watch, link),
  );
}

/** Looks at what is written from now on: nobody looks at a peer that is sent nothing. */
function createWatch(link: PeerLink): DrainWatch {
  const watch: DrainWatch = { subscribers: new Set(), timer: undefined, taken: -Infinity, vain: 0 };
  const below = link.write;
  link.write = (message, frames, at) => {
    below.call(link, message, frames, at);
    if (!watch.timer) arm(link, watch);
  };
  return watch;
}

/** Emits when there is room for more: at once if there is, then each time that there is again. Completes with the peer. */
export const drainedOf = (link: PeerLink): Observable<void> =>
  new Observable((subscriber) => {
    const watch = (link.drainWatch ??= createWatch(link));
    const { subscribers } = watch;
    subscriber.add(
      link.session.closed.subscribe(() => {
        subscriber.complete();
      }),
    );
    if (subscriber.closed) return undefined;
    subscribers.add(subscriber);
    if (isDrained(link)) subscriber.next();
    else arm(link, watch);
    return () => {
      subscribers.delete(subscriber);
      if (subscribers.size > 0) return;
      watch.timer?.unsubscribe();
      watch.timer = undefined;
    };
  });
