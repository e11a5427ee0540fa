type Schema = Readonly<Record<string, unknown>>;

/** What ArkType gives of a part that it has no words for. */
interface Context {
  readonly base: Schema & { readonly allOf?: readonly Schema[] };
  readonly domain?: string;
  readonly unit?: unknown;
  readonly pattern?: string;
}

const refuse =
  (what: string) =>
  ({ domain = what }: Context): never => {
    throw new TypeError(`JSON Schema has no ${domain}`);
  };

/**
 * What ArkType is to do where JSON Schema has no words. By itself it writes an empty schema for a date, which takes anything, and the first of several
 * patterns only. What a predicate means is left out, as by zod.
 */
export const arktypeOptions = {
  fallback: {
    domain: refuse('value of that type'),
    proto: refuse('instance of a class'),
    date: refuse('Date'),
    symbolKey: refuse('key that is a symbol'),
    arrayObject: refuse('list with properties'),
    arrayPostfix: refuse('list with a fixed end'),
    // An optional value: that it is not there is said by `required`.
    unit: (context: Context): Schema => (context.unit === undefined ? { not: {} } : refuse('such constant')(context)),
    patternIntersection: ({ base: { pattern: first, allOf = [], ...words }, pattern }: Context): Schema => ({
      ...words,
      allOf: [...allOf, ...[first, pattern].map((one) => ({ type: 'string', pattern: one }))],
    }),
  },
};
