/** Each once: of those with one text, the last, at the place of the first. */
export const distinctBy = <T>(all: readonly T[], textOf: (one: T) => string = (one) => JSON.stringify(one)): readonly T[] =>
  all.length < 2 ? all : [...new Map(all.map((one) => [textOf(one), one])).values()];
