const escaped = /^%[\dA-Fa-f]{2}$/;

/** How many places the next character of `name` takes; an escape is one character: its digits are not the template's. 0: there is none. */
const widthAt = (name: string, at: number): number => {
  if (name[at] !== '%') return at < name.length ? 1 : 0;
  return escaped.test(name.slice(at, at + 3)) ? 3 : 0;
};

/**
 * The values between the literals of a template. Each is as short as can be, and has one character at least. It goes through a name once:
 * names come from anybody, and an expression that tries all divisions takes minutes for one that fits none.
 */
function valuesOf(name: string, literals: readonly string[]): string[] | undefined {
  const [first = '', ...rest] = literals;
  const last = rest.length - 1;
  if (last < 0) return name === first ? [] : undefined;
  if (!name.startsWith(first)) return undefined;
  const values: string[] = [];
  let at = first.length;
  for (const [index, literal] of rest.entries()) {
    const from = at;
    const until = index === last ? name.length - literal.length : Infinity;
    do {
      const width = widthAt(name, at);
      if (width === 0) return undefined;
      at += width;
    } while (index === last ? at < until : !name.startsWith(literal, at));
    if (index === last && at > until) return undefined;
    values.push(name.slice(from, at));
    at += literal.length;
  }
  return name.endsWith(rest[last] as string) ? values : undefined;
}

/** The parameters that `name` has by `template`, or `undefined` if it is not of that form: the reverse of `expandTopic`. */
export function compileTopic(template: string): (name: string) => Record<string, string> | undefined {
  // Literals and keys by turns.
  const parts = template.split(/\{(\w+)\}/);
  const keys = parts.filter((_part, index) => index % 2);
  const literals = parts.filter((_part, index) => !(index % 2));
  return (name) => {
    const values = valuesOf(name, literals);
    try {
      return values && Object.fromEntries(keys.map((key, index) => [key, decodeURIComponent(values[index] as string)]));
    } catch {
      // Bytes that are no UTF-8 are no name that expandTopic made.
      return undefined;
    }
  };
}
