import { type MonoTypeOperatorFunction, Observable } from 'rxjs';
import type { AnySession } from './session.js';
import { whenEnded } from './whenEnded.js';

/** What a stage does with its peers. */
export interface PeerHolder<S extends AnySession> {
  /** A peer came, which has not ended. Called before later stages know it. What it throws is the error of the stage. */
  enter(peer: S): void;
  /** It ended, or the stage was unsubscribed from: once for each that entered. */
  leave(peer: S): void;
  /** The stage was unsubscribed from, and its peers have left. */
  over?(): void;
}

/**
 * A stage that holds each peer from its arrival to its end. `begin` is called per subscription.
 *
 * Emits each peer as it comes, also one that has ended. Errors with the source; completes with it, once its peers have ended.
 * Unsubscribing lets all peers go.
 */
export const holdPeers =
  <S extends AnySession>(begin: () => PeerHolder<S>): MonoTypeOperatorFunction<S> =>
  (source) =>
    new Observable((subscriber) => {
      const { enter, leave, over } = begin();
      const held = new Set<S>();
      let completed = false;
      const end = (peer: S): void => {
        if (held.delete(peer)) leave(peer);
        if (completed && held.size === 0) subscriber.complete();
      };
      const follow = whenEnded(end);
      subscriber.add(() => {
        completed = false;
        for (const peer of held) end(peer);
        over?.();
      });
      subscriber.add(
        source.subscribe({
          next: (peer) => {
            if (!subscriber.closed && !held.has(peer) && follow(peer)) {
              held.add(peer);
              try {
                enter(peer);
              } catch (error) {
                held.delete(peer);
                subscriber.error(error);
                return;
              }
            }
            subscriber.next(peer);
          },
          error: (error: unknown) => {
            subscriber.error(error);
          },
          complete: () => {
            completed = true;
            if (held.size === 0) subscriber.complete();
          },
        }),
      );
    });
