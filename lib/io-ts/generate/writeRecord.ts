import type { Fields } from '../refused.js';
import type { Written } from './draft.js';
import { testOf } from './tests.js';
import { type Writing, writeRecordTest } from './writeType.js';

/** A new object with the fields of another that come before a key; of `results`, those that are there instead. */
const before = (value: Fields, key: string, results: Fields = {}): Fields => {
  const fields: Fields = {};
  for (const each of Object.keys(value)) {
    if (each === key) break;
    fields[each] = (Object.hasOwn(results, each) ? results : value)[each];
  }
  return fields;
};

/**
 * Writes the code of `record`, where its domain leaves keys as they are; nothing for others. What `for … in` comes to may be inherited:
 * that matters only where a key or a field is refused or changed.
 */
export function writeRecord(writing: Writing<'record'>): Written | undefined {
  const { draft, shapeOf, write, shape, value, refuse } = writing;
  const [to, key, field, zeros] = [draft.fresh(), draft.fresh(), draft.fresh(), draft.fresh()];
  const inner = shapeOf(shape.domain);
  const domain = inner.form === 'refinement' ? shapeOf(inner.inner) : inner;
  const test = testOf(domain, key, draft, shapeOf);
  if (!test) return undefined;
  const own = `Object.hasOwn(${value}, ${key})`;
  const change = `${to} ??= ${draft.use(before)}(${value}, ${key}, ${zeros});`;
  writeRecordTest(writing);
  draft.write(`let ${to}, ${zeros}; ${to}l: for (const ${key} in ${value}) {`);
  const tests = [
    ...(test.text === 'true' || (domain.form === 'leaf' && domain.tag === 'StringType') ? [] : [test.text]),
    ...(inner.form === 'refinement' ? [`${draft.use(inner.predicate)}(${key})`] : []),
  ].join(' && ');
  if (tests) draft.write(`if (!(${tests})) { if (${own}) { ${change} } continue; }`);
  draft.write(`const ${field} = ${value}[${key}];`);
  const written = write(shape.codomain, field, `{ if (${own}) ${refuse} continue ${to}l; }`);
  const { name, same } = written;
  if (!same) draft.write(`if (${name} !== ${field} && ${own}) { ${change} }`);
  if (!same || tests) draft.write(`if (${to} !== undefined && ${own}) ${to}[${key}] = ${name};`);
  // Of two zeros, which are like each other, io-ts gives that of the type, but only in a new object.
  if (!same && name !== field)
    draft.write(`else if (${name} === 0 && !Object.is(${name}, ${field}) && ${own}) (${zeros} ??= {})[${key}] = ${name};`);
  draft.write('}');
  if (same && !tests) return { name: value, same: true, optional: false, record: true };
  const result = draft.fresh();
  draft.write(`const ${result} = ${to} === undefined ? ${value} : ${to};`);
  return { name: result, same: false, optional: false, record: true };
}
