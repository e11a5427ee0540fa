import { asyncScheduler } from 'rxjs';

/**
 * A bucket that holds as many tokens as may be taken in a second, and fills at that rate. Takes one, and returns 0; or returns the ms
 * until there is one.
 */
export function upgradeRate(perSecond: number): () => number {
  let tokens = perSecond;
  let filled = asyncScheduler.now();
  return () => {
    if (perSecond === Infinity) return 0;
    const now = asyncScheduler.now();
    // A clock that was set back fills nothing.
    tokens = Math.min(perSecond, tokens + (Math.max(0, now - filled) * perSecond) / 1_000);
    filled = now;
    if (tokens < 1) return ((1 - tokens) * 1_000) / perSecond;
    tokens--;
    return 0;
  };
}
