/** Characters of a client's name that an answer or an event tells. */
const longest = 64;

/** A name that a client made up, no longer than it is worth repeating. */
export const cutName = (name: string): string => (name.length > longest ? `${name.slice(0, longest - 1)}…` : name);
