import { currentTest } from './currentTest.js';

const nativeSetImmediate = setImmediate;
// Bound, since a fake clock takes the place of the property.
const now = process.hrtime.bigint.bind(process.hrtime);

/** Real milliseconds: enough of what the test has for an error to come before mocha's, which names no place. */
const mostOf = (test: Mocha.Test | undefined): number => 0.8 * (test?.timeout() || 10_000);

/** A machine that stood still between two looks was not waited for: no more than this many milliseconds of it count. */
const longestStep = 200;

/**
 * Resolves once `condition` holds, looked at after each round of I/O. Rejects with the place of the call when it has not held for `within` real
 * milliseconds, or when the test is over, lest it look for ever. It needs no timer, so it works under a fake clock.
 */
export function until(condition: () => boolean, within?: number): Promise<void> {
  const missed = new Error();
  Error.captureStackTrace(missed, until);
  const test = currentTest();
  let waited = 0;
  let looks = 0;
  let last = now();
  return new Promise((resolve, reject) => {
    const look = (): void => {
      // A test may give itself more time when it is at work.
      const bound = within ?? mostOf(test);
      const time = now();
      waited += Math.min(Number(time - last) / 1e6, longestStep);
      last = time;
      looks++;
      try {
        if (condition()) resolve();
        else if (currentTest() === test && waited < bound) nativeSetImmediate(look);
        else {
          missed.message = `until: it did not come to hold in ${Math.round(waited)} ms and ${looks} looks: ${condition}`;
          reject(missed);
        }
      } catch (cause) {
        reject(cause);
      }
    };
    look();
  });
}
