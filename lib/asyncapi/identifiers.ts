/** Names that types of TypeScript's own have in what is generated, or that no declaration may have. */
const taken = new Set([
  'Array',
  'Object',
  'Record',
  'Readonly',
  'Observable',
  'Function',
  'String',
  'Number',
  'Boolean',
  'Symbol',
]);

// Reserved by the language or by strict mode; `t` is what io-ts is imported as.
const reserved = new Set(
  'arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally for function if implements import in instanceof interface let new null package private protected public return static super switch t this throw true try typeof undefined var void while with yield'.split(
    ' ',
  ),
);

const words = (text: string): readonly string[] => text.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
const capitalised = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
// What is all capitals is no word of camel case: `POST_LOGIN`.
const calm = (word: string): string => (/^[\p{Lu}\p{N}]+$/u.test(word) && word.length > 1 ? word.toLowerCase() : word);

const startingWell = (name: string): string => (/^[\p{ID_Start}$_]/u.test(name) ? name : `_${name}`);

/** The name of a type for any text: `bars.subscribe` → `BarsSubscribe`. */
export const typeName = (text: string): string =>
  startingWell(
    words(text)
      .map((word) => capitalised(word))
      .join('') || 'Unnamed',
  );

/** The name of a function for any text: `orders.place` → `ordersPlace`, `POST_LOGIN` → `postLogin`. */
export function memberName(text: string): string {
  const joined = words(text)
    .map((word, index) =>
      index === 0 ? calm(word).replace(/^\p{Lu}/u, (first) => first.toLowerCase()) : capitalised(calm(word)),
    )
    .join('');
  const name = startingWell(joined || 'unnamed');
  return reserved.has(name) ? `${name}_` : name;
}

/** Gives out names, each only once: what is taken gets a number. */
export function createNames(before: Iterable<string> = taken): (wanted: string) => string {
  // Files are named so as well, and not every disk tells `Bar` from `bar`.
  const given = new Set(Array.from(before, (name) => name.toLowerCase()));
  return (wanted) => {
    let name = wanted;
    for (let number = 2; given.has(name.toLowerCase()); number++) name = `${wanted}${number}`;
    given.add(name.toLowerCase());
    return name;
  };
}

/** A key of an object literal or an interface. */
export const keyText = (name: string): string => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name));

/** A string literal in single quotes. */
export const quoted = (text: string): string =>
  `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'").replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')}'`;
