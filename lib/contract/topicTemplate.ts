/** The names of a template's placeholders: `symbol` and `resolution` of `bars:{symbol}:{resolution}`. */
const placeholder = /\{(\w+)\}/g;

// encodeURIComponent leaves some ASCII as it is, a dot for example.
const escapeChar = (char: string): string =>
  char < '\x80' ? `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}` : encodeURIComponent(char);

const escapeFor = (template: string): ((value: string) => string) => {
  // Only what the template itself writes could be mistaken for it; of letters, what stands alone between two placeholders.
  const between = template.match(/\}[\w\s]+(?=\{)/g) ?? [];
  const special = new Set(`%{}${template.replace(placeholder, '').replace(/[\w\s]/g, '')}${between.join('')}`);
  return (value) => [...value].map((char) => (special.has(char) ? escapeChar(char) : char)).join('');
};

/**
 * The concrete name of a topic, and the parameters that its template did not consume (`undefined` if none is left). A name without
 * placeholders is taken as it is; else each placeholder needs a non-empty string or a number, or it is a TypeError that names it.
 */
export function expandTopic(template: string, params: unknown): { readonly name: string; readonly rest: unknown } {
  if (template.search(placeholder) < 0) return { name: template, rest: params };
  const given = (typeof params === 'object' && params !== null ? params : {}) as Readonly<Record<string, unknown>>;
  const consumed = new Set<string>();
  const escape = escapeFor(template);
  const name = template.replace(placeholder, (_whole, key: string) => {
    const value = given[key];
    if ((typeof value !== 'string' && typeof value !== 'number') || value === '')
      throw new TypeError(`topic: params.${key} must be a string or a number, since "${template}" names it`);
    consumed.add(key);
    return escape(String(value));
  });
  const rest = Object.entries(given).filter(([key]) => !consumed.has(key));
  return { name, rest: rest.length > 0 ? Object.fromEntries(rest) : undefined };
}

/** The parameters that `name` has by `template`, or `undefined` if it is not of that form. */
export function compileTopic(template: string): (name: string) => Record<string, string> | undefined {
  const keys: string[] = [];
  const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  let pattern = '';
  let from = 0;
  for (const match of template.matchAll(placeholder)) {
    keys.push(match[1] ?? '');
    // An escape is one character: its digits are not the template's.
    pattern += `${literal(template.slice(from, match.index))}((?:%[\\dA-Fa-f]{2}|[^%])+?)`;
    from = match.index + match[0].length;
  }
  const whole = new RegExp(`^${pattern}${literal(template.slice(from))}$`);
  return (name) => {
    const values = whole.exec(name)?.slice(1);
    try {
      return values && Object.fromEntries(keys.map((key, index) => [key, decodeURIComponent(values[index] ?? '')]));
    } catch {
      // Bytes that are no UTF-8 are no name that expandTopic made.
      return undefined;
    }
  };
}
