import { checkedFormats } from '../formats.js';
import { memberName, quoted } from '../identifiers.js';

/** The function that checks a format: `isDateTime`. */
export const formatHelper = (format: string): string => memberName(`is ${format}`);

const formats = Object.fromEntries(
  Object.entries(checkedFormats).map(([format, { pattern, flags = 'u' }]) => [
    formatHelper(format),
    `/** Whether a text is of the format \`${format}\`. */
const ${formatHelper(format)} = (text: string): boolean =>
  new RegExp(
    ${quoted(pattern)},
    '${flags}',
  ).test(text);
`,
  ]),
);

/** The functions that generated codecs call, by name; a file has those that it uses. */
export const codecHelpers: Readonly<Record<string, string>> = {
  where: `/** What \`codec\` takes, if it passes a test; \`words\` are those of JSON Schema that say so, for \`toStandard\` of rxgate/io-ts. */
const where = <C extends t.Any>(codec: C, words: object, test: (value: t.TypeOf<C>) => boolean): t.RefinementC<C> =>
  Object.assign(t.refinement(codec, test, \`\${codec.name} & \${JSON.stringify(words)}\`), {
    [Symbol.for('rxgate.jsonSchemas')]: { input: words, output: words, refines: true },
  });
`,
  count: `/** The characters of a text: an emoji is one. */
const count = (text: string): number => Array.from(text).length;
`,
  finite: `/** What JSON.parse makes of \`1e999\` is none. */
const finite = Object.assign(t.refinement(t.number, Number.isFinite, 'number'), {
  [Symbol.for('rxgate.jsonSchemas')]: { input: {}, output: {}, refines: true },
});
`,
  closed: `/** Whether an object has no other properties than these. */
const closed = (value: object, names: readonly string[]): boolean => Object.keys(value).every((name) => names.includes(name));
`,
  further: `/** Whether all properties but these fit a codec. */
const further = (value: object, names: readonly string[], codec: t.Mixed): boolean =>
  Object.entries(value).every(([name, inner]) => names.includes(name) || codec.is(inner));
`,
  present: `/** Whether an object has all of these properties. */
const present = (value: object, names: readonly string[]): boolean =>
  names.every((name) => (value as { readonly [key: string]: unknown })[name] !== undefined);
`,
  unique: `/** Whether no item is there twice. */
const unique = (items: readonly unknown[]): boolean => {
  const sorted = (_key: string, value: unknown): unknown =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value;
  const [plain, texts] = [new Set<unknown>(), new Set<unknown>()];
  return items.every((item) => {
    const isPlain = typeof item !== 'object' || item === null;
    const seen = isPlain ? plain : texts;
    return seen.size < seen.add(isPlain ? item : JSON.stringify(item, sorted)).size;
  });
};
`,
  multiple: `/** Whether a number is a multiple of a step, as its digits say: 19.99 is one of 0.01. */
const multiple = (value: number, step: number): boolean => {
  const times = value / step;
  const off = Math.abs(times - Math.round(times));
  return off === 0 || (!Number.isInteger(step) && off <= 2 * Number.EPSILON * Math.abs(times));
};
`,
  only: `/** Whether a value fits one of several codecs, and not two. */
const only = (value: unknown, codecs: readonly t.Mixed[]): boolean => codecs.filter((codec) => codec.is(value)).length === 1;
`,
  ...formats,
};
