/** A name for one run of something, which another run, here or on another machine, is not likely to have. `random` gives a number in [0, 1). */
export const createEpoch = (random: () => number): string => Math.floor(random() * 2 ** 32).toString(36);
