import type { Behind } from '../accepts.js';
import { namesIn } from '../createSchemas.js';
import type { NamedShape } from '../shape.js';
import { codecHelpers } from './codecHelpers.js';
import { emitCodec } from './emitCodec.js';
import { docstring } from './emitType.js';

/** Each after those that it is made of. Those that lead back to themselves are looked up late, so any order does among them. */
function inOrder(schemas: readonly NamedShape[]): readonly NamedShape[] {
  const byName = new Map(schemas.map((schema) => [schema.name, schema]));
  const done = new Set<string>();
  const sorted: NamedShape[] = [];
  const visit = (schema: NamedShape): void => {
    if (done.has(schema.name)) return;
    done.add(schema.name);
    for (const name of namesIn(schema.shape)) {
      const other = byName.get(name);
      if (other) visit(other);
    }
    sorted.push(schema);
  };
  for (const schema of schemas) visit(schema);
  return sorted;
}

/** The codecs of all schemas with a name, with the functions that they call; empty if there are none. */
export function emitCodecs(schemas: readonly NamedShape[], behind: Behind): string {
  const used = new Set<string>();
  const use = (helper: string): void => void used.add(helper);
  const writer = { refer: (name: string) => name, behind, use };
  const declarations = inOrder(schemas).map(({ name, shape, description, recursive }) => {
    const codec = emitCodec(shape, writer);
    const text = recursive ? `t.recursion('${name}', () =>\n  ${emitCodec(shape, writer, '  ')},\n)` : codec;
    return `${docstring(description)}export const ${name}: t.Type<types.${name}> = ${text};\n`;
  });
  const helpers = Object.entries(codecHelpers).flatMap(([helper, text]) => (used.has(helper) ? [text] : []));
  return [`import * as t from 'io-ts';\nimport type * as types from './types.js';\n`, ...helpers, ...declarations].join('\n');
}
