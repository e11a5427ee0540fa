import type { Field } from './part.js';

/** An order of keys that was learnt. */
export interface Order {
  readonly keys: readonly string[];
  /** Fields that are not there. */
  readonly absent: readonly Field[];
  /** Of those, it is enough that they are not among the names of a value. */
  readonly listed: boolean;
  /** The keys that `exact` leaves, if it takes any out. */
  readonly kept: readonly string[] | undefined;
  /** Of those, the ones whose types may make something of what is not there. */
  readonly asked: readonly Field[];
  /** There is no more to it. */
  readonly plain: boolean;
}

/** A key in an order that was learnt. */
export interface Step extends Field {
  /** The key that comes behind it, and another one that comes in its place. */
  next: Step;
  other: Step;
  /** The order that ends here. */
  order: Order | undefined;
}

/** A step to a field. Without an `end` it is the end of every row of steps. */
export function stepFor({ key, optional, run, orders, takes, plain, literal }: Field, end?: Step): Step {
  // No spread: all have to be of one shape, or the engine takes twice as long.
  const step = {
    key,
    optional,
    run,
    orders,
    takes,
    plain,
    literal,
    order: undefined,
  } as Partial<Step> as Step;
  step.next = step.other = end ?? step;
  return step;
}

/** Of a step and those in its place, that for a key; or the end. */
export function stepTo(first: Step, key: string): Step {
  let step = first;
  while (step.key !== key && step.other !== step) step = step.other;
  return step;
}
