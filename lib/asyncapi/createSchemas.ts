import { AsyncApiError } from '../errors/asyncApiError.js';
import { type DocumentNode, nodeAt, pointerTo, referenceOf, resolved, textOf, member, unescaped } from './documentNode.js';
import { createNames, typeName } from './identifiers.js';
import { refuseBeside } from './readKeywords.js';
import { readSchema, type SchemaOptions } from './readSchema.js';
import type { NamedShape, Shape } from './shape.js';

/** The schemas of one document, read as they are asked for. */
export interface Schemas {
  /** The shape of a schema. With `name`, what is more than a word of its own becomes a named one. */
  read(node: DocumentNode, name?: string): Shape;
  /** The schema behind a name, and behind names that only name another one. */
  behind(shape: Shape): Shape;
  /** Every schema with a name, in the order of their first use. An AsyncApiError if one consists of itself. */
  all(): readonly NamedShape[];
}

type Named = { -readonly [K in keyof NamedShape]: NamedShape[K] };

/** Names that a value of this shape has to pass without going one level down. */
function atOnce(shape: Shape): readonly string[] {
  if (shape.kind === 'named') return [shape.name];
  return shape.kind === 'union' || shape.kind === 'intersection' ? shape.members.flatMap(atOnce) : [];
}

/** All names that a shape leads to. */
export function namesIn(shape: Shape): readonly string[] {
  switch (shape.kind) {
    case 'named':
      return [shape.name];
    case 'union':
    case 'intersection':
      return shape.members.flatMap(namesIn);
    case 'array':
      return namesIn(shape.items);
    case 'tuple':
      return shape.items.flatMap(namesIn);
    case 'object': {
      const rest = typeof shape.rest === 'object' ? namesIn(shape.rest) : [];
      return [...shape.properties.flatMap((property) => namesIn(property.shape)), ...rest];
    }
    default:
      return [];
  }
}

/** Whether the names that `next` gives lead from `name` back to it. */
function leadsBack(name: string, next: (name: string) => readonly string[]): boolean {
  const seen = new Set<string>();
  const open = [...next(name)];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (at === name) return true;
    if (seen.has(at)) continue;
    seen.add(at);
    open.push(...next(at));
  }
  return false;
}

const nameOf = (pointer: string): string => {
  const keys = pointer.split('/').filter((key) => !['payload', 'schema', 'properties'].includes(key));
  return unescaped(keys.at(-1) ?? '');
};

/**
 * What is read, and written, by functions that call themselves would run out of stack: a Node that has just started does so
 * at 400 to 550 levels of properties. The rest is room for what calls this.
 */
const mostLevels = 150;

/** What is worth a name of its own. */
const isLarge = ({ kind }: Shape): boolean => ['object', 'union', 'intersection'].includes(kind);

/** Reads the schemas of a document. Each that a `$ref` leads to gets the name that it has there. */
export function createSchemas(root: DocumentNode, options: SchemaOptions = {}): Schemas {
  const byPointer = new Map<string, Named>();
  const byName = new Map<string, Named>();
  const nameFor = createNames();

  const register = (pointer: string, wanted: string): Named => {
    const named: Named = { name: nameFor(typeName(wanted)), shape: { kind: 'unknown' }, pointer, recursive: false };
    byPointer.set(pointer, named);
    byName.set(named.name, named);
    return named;
  };
  const describe = (named: Named, node: DocumentNode): void => {
    const description = typeof node.value === 'object' ? textOf(member(node, 'description')) : undefined;
    if (description !== undefined) named.description = description;
  };

  const reference = (node: DocumentNode, pointer: string): Shape => {
    const target = resolved(root, nodeAt(root, pointer, pointerTo(node.pointer, '$ref')));
    const known = byPointer.get(target.pointer);
    if (known) return { kind: 'named', name: known.name };
    // Before it is read: it may lead to itself.
    const named = register(target.pointer, nameOf(target.pointer));
    describe(named, target);
    named.shape = readSchema(target, read, options, follow);
    return { kind: 'named', name: named.name };
  };
  const follow = (node: DocumentNode): DocumentNode => resolved(root, node);
  let levels = 0;
  const read = (node: DocumentNode, assumed?: string): Shape => {
    if (levels === mostLevels) throw new AsyncApiError(node.pointer, `is more than ${mostLevels} schemas deep`);
    levels++;
    try {
      const pointer = referenceOf(node);
      if (pointer === undefined) return readSchema(node, read, options, follow, assumed);
      refuseBeside(node);
      return reference(node, pointer);
    } finally {
      levels--;
    }
  };

  const check = (named: Named): void => {
    if (leadsBack(named.name, (name) => atOnce(byName.get(name)?.shape ?? { kind: 'unknown' })))
      throw new AsyncApiError(named.pointer, 'consists of itself, with no property or item in between');
    named.recursive = leadsBack(named.name, (name) => namesIn(byName.get(name)?.shape ?? { kind: 'unknown' }));
  };

  return {
    read(node, name) {
      const known = byPointer.get(node.pointer);
      if (known) return { kind: 'named', name: known.name };
      const shape = read(node);
      if (name === undefined || !isLarge(shape)) return shape;
      const named = register(node.pointer, name);
      describe(named, node);
      named.shape = shape;
      return { kind: 'named', name: named.name };
    },
    behind(shape) {
      let at = shape;
      const seen = new Set<string>();
      while (at.kind === 'named' && !seen.has(at.name)) {
        seen.add(at.name);
        at = byName.get(at.name)?.shape ?? { kind: 'unknown' };
      }
      return at;
    },
    all() {
      for (const named of byName.values()) check(named);
      return [...byName.values()];
    },
  };
}
