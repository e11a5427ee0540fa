import type { Behind } from './accepts.js';
import type { Shape } from './shape.js';

/** The constants that an object has for a property; `undefined` if it is free. */
function constants(shape: Shape, name: string, behind: Behind): readonly unknown[] | undefined {
  const object = behind(shape);
  const property = object.kind === 'object' ? object.properties.find((one) => one.name === name && one.required) : undefined;
  const inner = property && behind(property.shape);
  if (inner?.kind === 'literal') return [inner.value];
  const values = inner?.kind === 'union' ? inner.members.map(behind) : [];
  return values.length > 0 && values.every((one) => one.kind === 'literal') ? values.map(({ value }) => value) : undefined;
}

/** Whether no value can fit two members: then nobody has to look. */
export function areDisjoint(members: readonly Shape[], behind: Behind): boolean {
  const behinds = members.map(behind);
  const values = behinds.map((one) => (one.kind === 'literal' ? typeof one.value + String(one.value) : one.kind));
  const plain = behinds.every(({ kind }) => ['literal', 'null', 'boolean', 'string', 'number', 'array', 'object'].includes(kind));
  const kinds = behinds.map((one) => (one.kind === 'literal' ? typeof one.value : one.kind));
  const mixed = behinds.some(({ kind }, at) => kind !== 'literal' && kinds.filter((other) => other === kinds[at]).length > 1);
  if (plain && !mixed && new Set(values).size === values.length) return true;
  const [first] = behinds;
  const keys = first?.kind === 'object' ? first.properties.map(({ name }) => name) : [];
  return keys.some((key) => {
    const all = members.map((one) => constants(one, key, behind));
    const flat = all.flatMap((one) => one ?? []);
    return all.every((one) => one !== undefined) && new Set(flat).size === flat.length;
  });
}
