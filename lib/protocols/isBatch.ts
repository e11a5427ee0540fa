/** The most items of a list that is read: each may have to be answered, and a frame has room for half a million. */
export const maxItems = 1_000;

/** The most characters of a list that is sent: the other side has something to do while the next one is made. docs/PROTOCOL.md promises it. */
export const maxCharacters = 16_384;

/** Whether what a frame holds is read item by item. */
export const isBatch = (value: unknown): value is readonly unknown[] =>
  Array.isArray(value) && value.length > 0 && value.length <= maxItems;
