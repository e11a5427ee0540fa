import type { Any } from 'io-ts';
import { copyOf } from '../refused.js';
import { mergeResults } from '../results.js';
import type { Shape } from '../shape.js';
import { type Draft, literalText, type Written } from './draft.js';
import { recordTest, testOf } from './tests.js';

/** What is known of an object before its type is asked: the key and the value of its tag, if that is read. */
export interface Known {
  readonly tag?: string;
  readonly literal?: unknown;
}

/**
 * Writes code that checks `value` as a type does; what it does not take comes to the statement `refuse`. With `known`, it is an object that is
 * no list.
 */
export type Write = (type: Any, value: string, refuse: string, known?: Known) => Written;

/** Writes the code for one form of type. */
export interface Writing<F extends Shape['form'] = Shape['form']> {
  readonly draft: Draft;
  readonly shapeOf: (type: Any) => Shape;
  readonly write: Write;
  readonly shape: Shape & { readonly form: F };
  readonly value: string;
  readonly refuse: string;
  readonly known: Known | undefined;
}

/** Writes that `value` is an object and no list, unless that is known. */
export function writeRecordTest({ draft, value, refuse, known }: Omit<Writing, 'shape'>): void {
  if (!known) draft.write(`if (!(${recordTest(value)})) ${refuse}`);
}

const replace = ({ draft }: Pick<Writing, 'draft'>, from: string, to: string, key: string, result: string): string =>
  `{ if (${to} === ${from}) ${to} = ${draft.use(copyOf)}(${from}); ${to}[${key}] = ${result}; }`;

// One that is `undefined` may not be there, and is then added.
const isLiteral = (shape: Shape, value: unknown): boolean =>
  shape.form === 'literal' && shape.value === value && value !== undefined;

export function writeFields(writing: Writing<'type' | 'partial'>): Written {
  const { draft, shapeOf, write, shape, value, refuse, known } = writing;
  const to = draft.fresh();
  writeRecordTest(writing);
  draft.write(`let ${to} = ${value};`);
  let same = true;
  for (const [name, type] of Object.entries<Any>(shape.props)) {
    // A copy may lack it.
    if (same && name === known?.tag && isLiteral(shapeOf(type), known.literal)) continue;
    const key = JSON.stringify(name);
    const field = draft.fresh();
    const partial = shape.form === 'partial';
    draft.write(`const ${field} = ${to}[${key}];`);
    if (partial) draft.write(`${field}p: {`);
    const written = write(type, field, partial ? `{ if (${field} === undefined) break ${field}p; ${refuse} }` : refuse);
    const differs = written.same ? [] : [`${written.name} !== ${field}`];
    if (!partial && written.optional) differs.push(`(${written.name} === undefined && !Object.hasOwn(${to}, ${key}))`);
    if (differs.length > 0) draft.write(`if (${differs.join(' || ')}) ${replace(writing, value, to, key, written.name)}`);
    if (partial) draft.write('}');
    same &&= differs.length === 0;
  }
  return { name: to, same, optional: false, record: true };
}

export function writeArray({ draft, write, shape, value, refuse }: Writing<'array'>): Written {
  const [to, at, item] = [draft.fresh(), draft.fresh(), draft.fresh()];
  draft.write(`if (!Array.isArray(${value})) ${refuse}`);
  draft.write(`let ${to} = ${value};`);
  draft.write(`for (let ${at} = 0, ${at}n = ${value}.length; ${at} < ${at}n; ${at}++) { const ${item} = ${value}[${at}];`);
  const written = write(shape.item, item, refuse);
  if (!written.same)
    draft.write(
      `if (${written.name} !== ${item}) { if (${to} === ${value}) ${to} = ${value}.slice(); ${to}[${at}] = ${written.name}; }`,
    );
  draft.write('}');
  return { name: to, same: written.same, optional: false };
}

export function writeTuple({ draft, write, shape, value, refuse }: Writing<'tuple'>): Written {
  const [to, count] = [draft.fresh(), shape.items.length];
  draft.write(`if (!Array.isArray(${value})) ${refuse}`);
  draft.write(`let ${to} = ${value}.length > ${count} ? ${value}.slice(0, ${count}) : ${value};`);
  for (const [at, type] of shape.items.entries()) {
    const item = draft.fresh();
    draft.write(`const ${item} = ${value}[${at}];`);
    const written = write(type, item, refuse);
    if (!written.same)
      draft.write(
        `if (${written.name} !== ${item}) { if (${to} === ${value}) ${to} = ${value}.slice(); ${to}[${at}] = ${written.name}; }`,
      );
  }
  return { name: to, same: false, optional: false };
}

export function writeUnion({ draft, shapeOf, write, shape, value, refuse, known }: Writing<'union'>): Written {
  const tests = shape.members.map((member) => testOf(shapeOf(member), value, draft, shapeOf));
  if (tests.every((test) => test !== undefined)) {
    draft.write(`if (!(${tests.map(({ text }) => text).join(' || ')})) ${refuse}`);
    return { name: value, same: tests.every(({ same }) => same), optional: tests.some(({ optional }) => optional) };
  }
  const to = draft.fresh();
  const { tag, tags } = shape;
  draft.write(`let ${to}; ${to}u: {`);
  if (tag !== undefined) draft.write(`${known ? '' : `if (${recordTest(value)}) `}switch (${value}[${JSON.stringify(tag)}]) {`);
  let [same, optional] = [true, false];
  for (const [index, member] of shape.members.entries()) {
    for (const literal of tags?.[index] ?? []) draft.write(`case ${literalText(literal) ?? draft.use(literal)}:`);
    draft.write(`${to}m: {`);
    const values = tags?.[index];
    const written = write(
      member,
      value,
      `break ${to}m;`,
      tag === undefined ? undefined : values?.length === 1 ? { tag, literal: values[0] } : {},
    );
    draft.write(`${to} = ${written.name}; break ${to}u; }`);
    if (tag !== undefined) draft.write('break;');
    same &&= written.same;
    optional ||= written.optional;
  }
  if (tag !== undefined) draft.write('}');
  draft.write(`${refuse} }`);
  return { name: to, same, optional };
}

export function writeIntersection({ draft, write, shape, value, refuse, known }: Writing<'intersection'>): Written {
  let sure = known;
  const members = shape.members.map((member) => {
    const written = write(member, value, refuse, sure);
    if (written.record) sure ??= {};
    return written;
  });
  const optional = members.every((member) => member.optional);
  if (members.every(({ same }) => same)) return { name: value, same: true, optional, record: sure !== undefined };
  const name = draft.fresh();
  const same = members.map((member) => `${member.name} === ${value}`).join(' && ');
  const all = members.map((member) => member.name).join(', ');
  draft.write(`const ${name} = ${same} ? ${value} : ${draft.use(mergeResults)}(${value}, [${all}]);`);
  return { name, same: false, optional, record: sure !== undefined };
}
