/**
 * Handles items one after the other: one that comes while another is handled waits for its turn, in the same call. Observers of a
 * change that make the next change would else see the second before the first.
 */
export function inTurn<T>(handle: (item: T) => void): (item: T) => void {
  const waiting: T[] = [];
  let busy = false;
  return (item) => {
    waiting.push(item);
    if (busy) return;
    busy = true;
    try {
      // What is added on the way is reached as well.
      for (const next of waiting) handle(next);
    } finally {
      waiting.length = 0;
      busy = false;
    }
  };
}
