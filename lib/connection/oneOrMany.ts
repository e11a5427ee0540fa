/** None, one without a list, or a list: with many topics each object on the way to a subscriber is a miss of the cache. */
export type OneOrMany<T extends object> = T | T[] | undefined;

/** Whether it is a list. */
export const isMany = <T extends object>(some: OneOrMany<T>): some is T[] => Array.isArray(some);

/** As a list, which may grow meanwhile. */
export const listOf = <T extends object>(some: OneOrMany<T>): readonly T[] => (isMany(some) ? some : some ? [some] : []);

/**
 * With `item`, at the end if it is new, or without it. A list may grow, but what leaves it makes a new one: a delivery under way goes through
 * as many as there were when it began.
 */
export const putItem = <T extends object>(some: OneOrMany<T>, item: T, stays?: boolean): OneOrMany<T> => {
  if (stays && isMany(some)) {
    if (!some.includes(item)) some.push(item);
    return some;
  }
  const rest = listOf(some).filter((other) => other !== item);
  if (stays) rest.push(item);
  return rest.length > 1 ? rest : rest[0];
};
