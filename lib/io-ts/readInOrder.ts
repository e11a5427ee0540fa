import { leaves } from './part.js';
import { type Fields, isRecord, refused } from './refused.js';
import { type Order, type Step, stepTo } from './step.js';

/** What is known of the orders in which the keys of objects of one type come. */
export interface Orders {
  /** Stands before the first key of every order. */
  readonly start: Step;
  /** Reads on from the field `at`, which is not left as it is: `changed` is its result. */
  readonly readOn: (value: Fields, at: string, changed: unknown) => unknown;
  /** Reads a value whose order is not known. */
  readonly learn: (value: Fields) => unknown;
  /** Gives what comes of a value that was read to its end, by an order if that is known. */
  readonly ending: (value: Fields, result: Fields, order: Order | undefined) => unknown;
}

/**
 * Reads an object by the orders that are known. A function of its own that all decoders share, not a closure of each: so it is called
 * directly, by itself as well, which takes half the time.
 */
export function readInOrder({ start, readOn, learn, ending }: Orders, value: unknown): unknown {
  if (!isRecord(value)) return refused;
  let step = start;
  for (const key in value) {
    step = step.next;
    if (step.key !== key) step = stepTo(step, key);
    const before = value[key];
    if (leaves(step.takes, step.literal, before)) continue;
    // The end, which nothing comes behind.
    if (step.next === step) return learn(value);
    const after = step.orders ? readInOrder(step.orders, before) : step.run(before);
    if (after !== before || after === undefined) return readOn(value, key, after);
  }
  return step.order?.plain ? value : ending(value, value, step.order);
}
