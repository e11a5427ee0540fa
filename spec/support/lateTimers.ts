/** Keeps the process busy for so long, in ms. */
export const block = (ms: number): void => {
  const until = performance.now() + ms;
  while (performance.now() < until);
};

const timer = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Makes timers some 40 ms late. By timers, and nothing else: it is their lateness that a monitor measures, from one of its own to the next, of
 * which no event tells.
 */
export const makeTimersLate = async (): Promise<void> => {
  await timer(15);
  block(40);
  await timer(1);
};
