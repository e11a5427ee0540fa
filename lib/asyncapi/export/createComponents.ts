import { AsyncApiError } from '../../errors/asyncApiError.js';
import { createSchemas, namesIn } from '../createSchemas.js';
import { createNames, typeName } from '../identifiers.js';
import { mapShape } from '../mapShape.js';
import type { SchemaOptions } from '../readSchema.js';
import type { NamedShape, Shape } from '../shape.js';
import { normalShape, type ShapeNames } from './normalShape.js';
import { readableSchema } from './readableSchema.js';
import { describedSchema, type WrittenSchema, writeShape } from './writeShape.js';

/** The schemas of the payloads of one document. */
export interface Components {
  /** The normal shape of a schema of its own. What leads back to itself becomes a component, named as it is there, or else by `entry`. */
  add(schema: unknown, entry: string): Shape;
  /** The components, by name. */
  all(): Readonly<Record<string, WrittenSchema>>;
}

const renamed = (shape: Shape, nameOf: (name: string) => string): Shape =>
  shape.kind === 'named' ? { kind: 'named', name: nameOf(shape.name) } : mapShape(shape, (one) => renamed(one, nameOf));

/** A definition that its library has only counted: ArkType's number is another one when something is defined before it. */
const isCounted = (pointer: string): boolean =>
  /^#\/(?:definitions|\$defs)\/(?:__schema|alias|domain|intersection|morph|proto|union|unit)\d+$/.test(pointer);

/** A name and all that it leads to, in the order of their first use. */
function closureOf(name: string, shapes: ReadonlyMap<string, Shape>): readonly string[] {
  const found = new Set<string>([name]);
  for (const one of found) for (const next of namesIn(shapes.get(one) ?? { kind: 'unknown' })) found.add(next);
  return [...found];
}

/** How names of one schema are used while its shapes become normal: what leads back to itself stays a name. */
function namesOf(all: readonly NamedShape[], behind: (shape: Shape) => Shape): ShapeNames {
  const byName = new Map(all.map((named) => [named.name, named]));
  return {
    behind,
    inline: (name) => {
      const named = byName.get(name);
      return !named || named.recursive ? { kind: 'named', name } : named.shape;
    },
  };
}

/** Collects the schemas of a document; `taken` are names that no component may have. */
export function createComponents(taken: Iterable<string>, options: SchemaOptions): Components {
  const nameFor = createNames();
  for (const name of taken) nameFor(name);
  const known = new Map<string, string>();
  const written = new Map<string, WrittenSchema>();
  return {
    add(schema, entry) {
      const root = { value: readableSchema(schema), pointer: '#' };
      const schemas = createSchemas(root, options);
      // The second time it is a name, if it leads back to itself.
      schemas.read(root);
      const shape = schemas.read(root);
      const all = schemas.all();
      const names = namesOf(all, (one) => schemas.behind(one));
      const shapes = new Map(all.filter(({ recursive }) => recursive).map((one) => [one.name, normalShape(one.shape, names)]));
      const normal = normalShape(shape, names);
      // What fell away while shapes became normal is not written.
      const used = new Set(namesIn(normal).flatMap((name) => closureOf(name, shapes)));
      const given = new Map<string, string>();
      const nameOf = (name: string): string => given.get(name) ?? name;
      for (const name of shapes.keys()) {
        if (!used.has(name)) continue;
        const { pointer = '' } = all.find((one) => one.name === name) ?? {};
        const wanted = pointer === '#' || isCounted(pointer) ? typeName(entry) : name;
        const key = JSON.stringify([
          isCounted(pointer) ? '' : wanted,
          closureOf(name, shapes).map((one) => [one, writeShape(shapes.get(one) as Shape)]),
        ]);
        const before = known.get(key) ?? nameFor(wanted);
        known.set(key, before);
        given.set(name, before);
      }
      for (const [name, one] of shapes) {
        if (!used.has(name) || written.has(nameOf(name))) continue;
        const description = all.find((named) => named.name === name)?.description;
        written.set(nameOf(name), describedSchema(writeShape(renamed(one, nameOf)), description));
      }
      const whole = renamed(normal, nameOf);
      if (whole.kind === 'nothing') throw new AsyncApiError('#', 'takes no value at all');
      return whole;
    },
    all: () => Object.fromEntries(written),
  };
}
