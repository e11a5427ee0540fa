const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** The parameters that `name` has by `template`, or `undefined` if it is not of that form: the reverse of `expandTopic`. */
export function compileTopic(template: string): (name: string) => Record<string, string> | undefined {
  const keys: string[] = [];
  let pattern = '';
  let from = 0;
  for (const match of template.matchAll(/\{(\w+)\}/g)) {
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
