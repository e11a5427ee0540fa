import { transformSync } from 'esbuild';
import * as t from 'io-ts';
import { runInThisContext } from 'node:vm';
import { createSchemas } from '../../lib/asyncapi/createSchemas.js';
import { emitCodecs } from '../../lib/asyncapi/emit/emitCodecs.js';

/** The codec that is generated for a schema, `#/components/schemas/Root` of `components`. */
export function compiledCodec(schemas: Readonly<Record<string, unknown>>, formats: readonly string[] = []): t.Any {
  const root = { value: { components: { schemas } }, pointer: '#' };
  const reader = createSchemas(root, { formats });
  const shape = reader.read({ value: { $ref: '#/components/schemas/Root' }, pointer: '#/use' });
  const text = emitCodecs(reader.all(), reader.behind).replace("import * as t from 'io-ts';", '');
  const { code } = transformSync(text, { loader: 'ts', format: 'cjs' });
  const module = { exports: {} as Record<string, t.Any> };
  (runInThisContext(`(t, module, require) => {\n${code}\n}`) as (...args: unknown[]) => void)(t, module, () => ({}));
  return module.exports[shape.kind === 'named' ? shape.name : ''] as t.Any;
}
