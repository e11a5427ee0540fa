/**
 * The parameters that fill `template` in a topic's name, as strings, or `undefined` if the name is not of that form. For the names of one's own
 * application, which `topic` has made of the template: the server, where names come from anybody, has its own way.
 */
export function topicParams(template: string): (name: string) => Record<string, string> | undefined {
  // Literals and keys by turns. An escape is one character of a value.
  const parts = template.split(/\{(\w+)\}/);
  const keys = parts.filter((_part, index) => index % 2);
  const pattern = parts
    .map((part, index) => (index % 2 ? '((?:%..|[^%])+?)' : part.replace(/[$(-+.?[\\\]^|{}]/g, '\\$&')))
    .join('');
  return (name) => {
    const values = RegExp(`^${pattern}$`).exec(name)?.slice(1);
    return values && Object.fromEntries(keys.map((key, index) => [key, decodeURIComponent(values[index] as string)]));
  };
}
