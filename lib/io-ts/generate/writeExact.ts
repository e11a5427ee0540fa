import type { Written } from './draft.js';
import { createPicks } from './createPicks.js';
import type { Evaluate } from './evaluate.js';
import { type Writing, writeRecordTest } from './writeType.js';

/** Writes the code of `exact`: the names of the object are compared with those of the last one, of which is known what there is to take out. */
export function writeExact(writing: Writing<'exact'>, evaluate: Evaluate): Written {
  const { draft, write, shape, value, refuse, known } = writing;
  writeRecordTest(writing);
  const { name } = write(shape.inner, value, refuse, known ?? {});
  const [to, picks] = [draft.fresh(), draft.use(createPicks(shape.props, evaluate))];
  draft.write(`const ${to}n = Object.getOwnPropertyNames(${name}), ${to}k = ${picks}.keys;`);
  draft.write(`let ${to}i = ${to}n.length === ${to}k.length ? ${to}n.length : -1;`);
  draft.write(`while (${to}i > 0 && ${to}n[${to}i - 1] === ${to}k[${to}i - 1]) ${to}i--;`);
  draft.write(`if (${to}i !== 0) ${picks}.learn(${to}n);`);
  draft.write(`const ${to} = ${picks}.pick === undefined ? ${name} : ${picks}.pick(${name});`);
  return { name: to, same: false, optional: false, record: true };
}
