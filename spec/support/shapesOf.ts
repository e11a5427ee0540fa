import type { Behind } from '../../lib/asyncapi/accepts.js';
import { createSchemas } from '../../lib/asyncapi/createSchemas.js';
import type { NamedShape, Shape } from '../../lib/asyncapi/shape.js';

/** The shape of a schema, which may refer to `schemas` by `#/components/schemas/…`. */
export function shapesOf(
  schema: unknown,
  schemas: Readonly<Record<string, unknown>> = {},
): { shape: Shape; behind: Behind; all: readonly NamedShape[] } {
  const reader = createSchemas({ value: { components: { schemas } }, pointer: '#' });
  const shape = reader.read({ value: schema, pointer: '#/use' });
  return { shape, behind: reader.behind, all: reader.all() };
}
