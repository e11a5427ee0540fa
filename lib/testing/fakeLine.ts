import { asyncScheduler } from 'rxjs';

/** One direction of a connection in memory: what is put in comes out in order, `latency` ms of RxJS time later, never in the same turn. */
export interface FakeLine {
  put(arrive: () => void): void;
  /** Nothing more comes out, also of what is under way. */
  cut(): void;
  /** Holds what arrives, until `speak`. */
  silence(): void;
  speak(): void;
}

/** A line that is open. */
export function createFakeLine(latency: number): FakeLine {
  let held: (() => void)[] = [];
  let silent = false;
  let dead = false;
  const arrived = (arrive: () => void): void => {
    if (dead) return;
    if (silent) held.push(arrive);
    else arrive();
  };
  return {
    put: (arrive) => {
      if (!dead)
        asyncScheduler.schedule(() => {
          arrived(arrive);
        }, latency);
    },
    cut: () => {
      dead = true;
      held = [];
    },
    silence: () => {
      silent = true;
    },
    speak: () => {
      silent = false;
      // One by one: what comes out may silence the line again, or cut it.
      for (let next = held.shift(); next; next = silent ? undefined : held.shift()) next();
    },
  };
}
