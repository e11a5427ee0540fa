/** The names of a template's placeholders: `symbol` and `resolution` of `bars:{symbol}:{resolution}`. */
const placeholder = /\{(\w+)\}/g;

const escapeFor = (template: string): ((value: string) => string) => {
  // Only what the template itself writes between placeholders could be mistaken for it.
  const special = new Set(`%{}${template.replace(placeholder, '').replace(/[\w\s]/g, '')}`);
  return (value) => [...value].map((char) => (special.has(char) ? encodeURIComponent(char) : char)).join('');
};

/** The concrete name of a topic, and the parameters that its template did not consume (`undefined` if none is left). */
export function expandTopic(template: string, params: unknown): { readonly name: string; readonly rest: unknown } {
  if (typeof params !== 'object' || params === null || !template.includes('{')) return { name: template, rest: params };
  const consumed = new Set<string>();
  const escape = escapeFor(template);
  const name = template.replace(placeholder, (_whole, key: string) => {
    const value = (params as Record<string, unknown>)[key];
    if ((typeof value !== 'string' && typeof value !== 'number') || value === '')
      throw new TypeError(`topic: params.${key} must be a string or a number, since "${template}" names it`);
    consumed.add(key);
    return escape(String(value));
  });
  const rest = Object.entries(params).filter(([key]) => !consumed.has(key));
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
    pattern += `${literal(template.slice(from, match.index))}(.+?)`;
    from = match.index + match[0].length;
  }
  const whole = new RegExp(`^${pattern}${literal(template.slice(from))}$`);
  return (name) => {
    const values = whole.exec(name)?.slice(1);
    try {
      return values && Object.fromEntries(keys.map((key, index) => [key, decodeURIComponent(values[index] ?? '')]));
    } catch {
      // A stray % is no name that expandTopic made.
      return undefined;
    }
  };
}
