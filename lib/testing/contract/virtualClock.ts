import { TestScheduler } from 'rxjs/testing';

/** Time that stands still unless it is told to go on. */
export interface VirtualClock {
  /** Milliseconds since the script began. */
  readonly now: number;
  /** Goes on by so many milliseconds, 0 unless told otherwise; whatever is due by then happens, in order. */
  advance(ms?: number): void;
}

/** Runs a script in RxJS time of its own: nothing in it waits, and what is still due at its end never happens. */
export function virtualClock(script: (clock: VirtualClock) => void): void {
  const scheduler = new TestScheduler(() => undefined);
  scheduler.run(({ flush }) => {
    // Else `run` would go on to the end of all things, once the script is over.
    scheduler.maxFrames = 0;
    script({
      get now() {
        return scheduler.frame;
      },
      advance: (ms = 0) => {
        const until = scheduler.frame + ms;
        scheduler.maxFrames = until;
        flush();
        scheduler.frame = until;
      },
    });
  });
}
