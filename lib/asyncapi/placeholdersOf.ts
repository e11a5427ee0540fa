/** The names that the template of a topic has in braces, in their order. */
export const placeholdersOf = (template: string): readonly string[] =>
  Array.from(template.matchAll(/\{(\w+)\}/g), ([, name = '']) => name);
