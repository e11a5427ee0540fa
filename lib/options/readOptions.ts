import { type Bounds, type checkCount, type checkDuration, checkObject, type checkOneOf } from './check.js';

/**
 * What an option must be, what it is when left out, and what bounds it: a check of `check.ts`, a default, and the fourth argument of the
 * check. Without a default the option may be left out.
 */
type Rule<T> =
  | readonly [check: typeof checkDuration | typeof checkCount, fallback: T, bounds: Bounds]
  | readonly [check: typeof checkOneOf, fallback: T, allowed: readonly (T & {})[]]
  | readonly [check: (owner: string, name: string, value: never) => unknown, fallback?: T];

type Rules<O> = { readonly [K in keyof O]?: Rule<O[K]> };

type Default = readonly [check: unknown, fallback: string | number | boolean | object, ...unknown[]];

/** The options with a rule, as checked: those with a default are there. */
type Read<O, R extends Rules<O>> = {
  readonly [K in keyof R & keyof O as R[K] extends Default ? K : never]: Exclude<O[K], undefined>;
} & { readonly [K in keyof R & keyof O as R[K] extends Default ? never : K]?: O[K] };

type Entry = [
  name: string,
  rule: [check: (owner: string, name: string, value: unknown, bounds: unknown) => unknown, fallback: unknown, bounds: unknown],
];

/**
 * Reads the options that have a rule: checks them at the call, and puts defaults for those that are left out. Throws a TypeError or a
 * RangeError that names the owner and the option. What has neither a value nor a default is not in the result.
 *
 * @example
 * const { linger, maxWaiting } = readOptions('shareSession', config, {
 *   linger: [checkDuration, 0],
 *   maxWaiting: [checkCount, 1_000, { min: 1 }],
 *   events: [checkObserver],
 * });
 */
export function readOptions<O extends object, const R extends Rules<O>>(owner: string, options: O, rules: R): Read<O, R> {
  checkObject(owner, 'options', options);
  const settings: Record<string, unknown> = {};
  for (const [name, [check, fallback, bounds]] of Object.entries(rules as Record<string, unknown>) as Iterable<Entry>) {
    const { [name]: value = fallback } = options as Record<string, unknown>;
    if (value !== undefined) settings[name] = check(owner, name, value, bounds);
  }
  return settings as Read<O, R>;
}
