/** Resolves once `condition` holds, looked at after each round of I/O. It needs no timer, so it works under a fake clock. */
export const until = (condition: () => boolean): Promise<void> =>
  new Promise((resolve) => {
    const look = (): void => {
      if (condition()) resolve();
      else setImmediate(look);
    };
    look();
  });
