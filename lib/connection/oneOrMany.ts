/** None, one without a list, or a list: with many topics each object on the way to a subscriber is a miss of the cache. */
export type OneOrMany<T extends object> = T | readonly T[] | undefined;

/** Whether it is a list. */
export const isMany = <T extends object>(some: OneOrMany<T>): some is readonly T[] => Array.isArray(some);

/** As a list. */
export const listOf = <T extends object>(some: OneOrMany<T>): readonly T[] => [some ?? []].flat() as unknown as readonly T[];

/** With `item` at the end, or without it. A list is replaced, never changed: a delivery under way goes through the one it began with. */
export const putItem = <T extends object>(some: OneOrMany<T>, item: T, stays?: boolean): OneOrMany<T> => {
  const rest = listOf(some).filter((other) => other !== item);
  if (stays) rest.push(item);
  return rest.length > 1 ? rest : rest[0];
};
