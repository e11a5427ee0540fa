/**
 * Remembers what was made last: made of the same, it is the same. For what thousands of sessions share, who come one after another and
 * are all alike, and for which a map would be one more thing to keep.
 */
export const lastOf = <A, R>(make: (from: A) => R): ((from: A) => R) => {
  let last: readonly [from: A, made: R] | undefined;
  return (from) => {
    if (!last || last[0] !== from) last = [from, make(from)];
    return last[1];
  };
};
