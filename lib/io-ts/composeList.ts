import { refused, type Run } from './refused.js';

/** Reads a list item by item, as `array` does. */
export function composeArray(item: Run): Run {
  return (value) => {
    if (!Array.isArray(value)) return refused;
    let items: unknown[] = value;
    const count = value.length;
    for (let index = 0; index < count; index++) {
      const before: unknown = value[index];
      const result = item(before);
      if (result === refused) return refused;
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
    for (let index = 0; index < count; index++) {
      const before: unknown = value[index];
      const result = (runs[index] as Run)(before);
      if (result === refused) return refused;
      if (result !== before) {
        if (items === value) items = value.slice();
        items[index] = result;
      }
    }
    return items;
  };
}
