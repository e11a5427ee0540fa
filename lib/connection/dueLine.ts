/** What is to be done at some time. */
export interface Due {
  due: number;
}

/** A line of what is to be done, the earliest first: a binary heap. */
export interface DueLine<T extends Due> {
  /** When the first is due; `Infinity` if there is none. */
  readonly next: number;
  add(item: T): void;
  /** Takes out all that are due by then, the earliest first. */
  take(now: number): readonly T[];
  clear(): void;
}

/** A line with nothing in it. The time of an item must not change while it is in there. */
export function createDueLine<T extends Due>(): DueLine<T> {
  let heap: T[] = [];
  const dueAt = (index: number): number => heap[index]?.due ?? Infinity;
  const swap = (a: number, b: number): void => {
    [heap[a], heap[b]] = [heap[b] as T, heap[a] as T];
  };
  const shift = (): T => {
    const first = heap[0] as T;
    const last = heap.pop() as T;
    if (heap.length > 0) heap[0] = last;
    for (let at = 0; ; ) {
      const left = 2 * at + 1;
      const child = dueAt(left + 1) < dueAt(left) ? left + 1 : left;
      if (dueAt(child) >= dueAt(at)) return first;
      swap(at, child);
      at = child;
    }
  };
  return {
    get next() {
      return dueAt(0);
    },
    add(item) {
      let at = heap.push(item) - 1;
      for (let parent = (at - 1) >> 1; at > 0 && dueAt(at) < dueAt(parent); at = parent, parent = (at - 1) >> 1) swap(at, parent);
    },
    take(now) {
      const taken: T[] = [];
      while (heap.length > 0 && dueAt(0) <= now) taken.push(shift());
      return taken;
    },
    clear() {
      heap = [];
    },
  };
}
