import { asyncScheduler, Subscription } from 'rxjs';
import { awaitRoom, isBehind, lookInterval, type Looks, nextLook } from './backlog.js';
import type { Answered, Pace } from './handlerResults.js';
import type { PeerLink } from './peerLink.js';

/** Who waits for a peer. They share its timer, which runs while there are any. */
export interface CatchUp extends Looks {
  readonly waiting: Map<Subscription, () => void>;
  timer: Subscription | undefined;
  /** The iterable that was asked last, and when, until it answers: the others wait for what it gives. */
  asked: { readonly since: number } | undefined;
  /** Whether an iterable was asked for what is handed on just now. */
  pulled: boolean;
}

/**
 * How long others wait for an answer, in ms: one that waits for an event is not to hold them up. By then, the network has most often taken what
 * was just written, too.
 */
const patience = 1;

const catchUpOf = (link: PeerLink): CatchUp =>
  (link.catchUp ??= {
    ...{ waiting: new Map(), timer: undefined, asked: undefined, pulled: false },
    ...{ taken: -Infinity, vain: 0 },
  });

const claim = (catchUp: CatchUp) => (catchUp.asked = { since: asyncScheduler.now() });

function schedule(link: PeerLink, catchUp: CatchUp, within: number): void {
  if (catchUp.waiting.size === 0) return;
  if (isBehind(link)) awaitRoom(link);
  catchUp.timer ??= asyncScheduler.schedule(() => {
    catchUp.timer = undefined;
    catchUp.asked = undefined;
    look(link, catchUp);
  }, within);
}

function look(link: PeerLink, catchUp: CatchUp): void {
  let within: number | undefined;
  for (const [mine, run] of catchUp.waiting) {
    // What one of them sends may be too much for the next, and so may what one is asked for.
    if (catchUp.asked || isBehind(link)) break;
    within = patience;
    mine.unsubscribe();
    run();
  }
  if (catchUp.waiting.size > 0) schedule(link, catchUp, within ?? (isBehind(link) ? nextLook(catchUp, link) : lookInterval));
}

/** Calls `run` once the peer is behind no more: not before the next look, and in the order in which they came. Unsubscribing calls it off. */
export function whenCaughtUp(link: PeerLink, run: () => void): Subscription {
  const catchUp = catchUpOf(link);
  const { waiting } = catchUp;
  const mine = new Subscription(() => {
    waiting.delete(mine);
    if (waiting.size > 0) return;
    catchUp.timer?.unsubscribe();
    catchUp.timer = undefined;
  });
  if (waiting.size === 0) catchUp.taken = -Infinity;
  waiting.set(mine, run);
  schedule(link, catchUp, patience);
  return mine;
}

function ask(link: PeerLink): Answered {
  const catchUp = catchUpOf(link);
  const mine = claim(catchUp);
  let open = true;
  return (deliver) => {
    if (!open) return;
    open = false;
    catchUp.pulled = true;
    try {
      deliver?.();
    } finally {
      catchUp.pulled = false;
      if (catchUp.asked === mine) {
        catchUp.asked = undefined;
        look(link, catchUp);
      }
    }
  };
}

const isTaken = ({ catchUp }: PeerLink): boolean =>
  catchUp !== undefined &&
  (catchUp.waiting.size > 0 || (catchUp.asked !== undefined && asyncScheduler.now() - catchUp.asked.since <= patience));

/**
 * The pace of all iterables that stream to a peer. None is asked while the peer is behind, and then one after the other: each may give as much as
 * there is room for.
 */
export const paceOf = (link: PeerLink): Pace => ({
  busy: () => isBehind(link) || isTaken(link),
  wait: (run) =>
    whenCaughtUp(link, () => {
      claim(catchUpOf(link));
      run();
    }),
  ask: () => ask(link),
});
