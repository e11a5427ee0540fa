import { leaves, type Part } from './part.js';
import { readInOrder } from './readInOrder.js';
import { isRefused, refused, type Run } from './refused.js';

/** Reads a list item by item, as `array` does. */
export function composeArray({ run, orders, takes, literal }: Part): Run {
  return (value) => {
    if (!Array.isArray(value)) return refused;
    let items: unknown[] = value;
    const count = value.length;
    for (let index = 0; index < count; index++) {
      const before: unknown = value[index];
      if (leaves(takes, literal, before)) continue;
      const result = orders ? readInOrder(orders, before) : run(before);
      if (isRefused(result)) return refused;
      if (result !== before) {
        if (items === value) items = value.slice();
        items[index] = result;
      }
    }
    return items;
  };
}

/** Reads a list of so many items, as `tuple` does: what is more is cut off. */
export function composeTuple(runs: readonly Run[]): Run {
  const count = runs.length;
  return (value) => {
    if (!Array.isArray(value)) return refused;
    let items: unknown[] = value.length > count ? value.slice(0, count) : value;
    for (const [index, run] of runs.entries()) {
      const before: unknown = value[index];
      const result = run(before);
      if (isRefused(result)) return refused;
      if (result !== before) {
        if (items === value) items = value.slice();
        items[index] = result;
      }
    }
    return items;
  };
}
