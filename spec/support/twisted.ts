import fc from 'fast-check';

/** Names that objects inherit are among them, and one that sets the prototype when it is assigned. */
export const fieldNames = ['a', 'b', 'c', '1', 'long name', 'toString', 'constructor', '__proto__'] as const;

/** Fields by name, `__proto__` among them; an assignment would lose it. */
export const fieldsFrom = <T>(entries: readonly (readonly [string, T])[]): Record<string, T> => Object.fromEntries(entries);

const junk = fc.anything({ withBigInt: true, withDate: true, withNullPrototype: true, withSparseArray: true, maxDepth: 2 });

const withHole = (value: readonly unknown[], at: number): unknown => {
  const holes = new Array<unknown>(value.length);
  for (const [index, item] of value.entries()) if (index !== at) holes[index] = item;
  return holes;
};

/** One field is there, and not listed: the object's own, or inherited. */
const withHidden = (entries: readonly [string, unknown][], at: number, own: boolean): unknown => {
  const listed = fieldsFrom(entries.filter((_entry, index) => index !== at));
  const [key = 'a', value = 'x'] = entries[at] ?? [];
  return own
    ? Object.defineProperty(listed, key, { value, enumerable: false })
    : Object.assign(Object.create(Object.defineProperty({}, key, { value, writable: true })) as object, listed);
};

const withGetter = (entries: readonly [string, unknown][], at: number): unknown => {
  const all = fieldsFrom(entries);
  const [key = 'a', value = 'x'] = entries[at] ?? [];
  return Object.defineProperty(all, key, { get: () => value, enumerable: true, configurable: true });
};

/** A value as it comes, in another order, with one part wrong, left out or added, inherited, or something else altogether. */
export const twisted = (value: unknown): fc.Arbitrary<unknown> => {
  if (typeof value !== 'object' || value === null) return fc.oneof(fc.constant(value), junk);
  if (Array.isArray(value))
    return fc.oneof(
      fc.constant(value),
      fc.constant(value.slice(1)),
      fc.nat(3).map((at) => withHole(value, at)),
      fc.constant(Object.assign(value.slice(), { a: 'x', extra: 1 })),
      fc.constant(new Proxy(value, {})),
      fc.tuple(fc.nat(3), junk).map(([at, wrong]) => Object.assign(value.slice(), { [at]: wrong }) as unknown),
      junk,
    );
  const entries = Object.entries(value);
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant(value) },
    fc.constant(fieldsFrom(entries.slice().reverse())),
    fc.constant(fieldsFrom(entries.slice(1))),
    fc.tuple(fc.constantFrom(...fieldNames), junk).map(([key, wrong]) => fieldsFrom([...entries, [key, wrong]])),
    fc.constant(fieldsFrom([['extra', 1], ...entries])),
    fc.constant(Object.create(value) as unknown),
    fc
      .nat(3)
      .map((at) => Object.assign(Object.create(fieldsFrom(entries.slice(at))) as object, fieldsFrom(entries.slice(0, at)))),
    fc.tuple(fc.nat(3), fc.boolean()).map(([at, own]) => withHidden(entries, at, own)),
    fc.nat(3).map((at) => withGetter(entries, at)),
    fc.constant({ ...value, [Symbol('key')]: 1 }),
    fc.constant(new Proxy(value, {})),
    fc.constant(Object.assign(Object.create(null) as object, value) as unknown),
    junk,
  );
};
