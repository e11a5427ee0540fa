import type { Any } from 'io-ts';
import type { JsonSchemaTarget } from './standardCodec.js';

type Schema = Record<string, unknown>;

/** The definitions of recursive types in one schema. */
export interface Definitions {
  /** A reference to the definition of a type, which is written when it is first referred to. */
  readonly refer: (type: Any, name: string, write: (type: Any) => Schema) => Schema;
  /** The whole schema: what it says, and its definitions. */
  readonly around: (schema: Schema) => Schema;
}

const drafts: Readonly<Partial<Record<JsonSchemaTarget, readonly [uri: string, place: string]>>> = {
  'draft-2020-12': ['https://json-schema.org/draft/2020-12/schema', '$defs'],
  'draft-07': ['http://json-schema.org/draft-07/schema#', 'definitions'],
};

export function definitionsFor(target: JsonSchemaTarget): Definitions {
  const [uri, place = ''] = drafts[target] ?? [];
  const names = new Map<Any, string>();
  const written: Schema = {};
  return {
    refer(type, name, write) {
      let known = names.get(type);
      if (known === undefined) {
        // What needs no escape in a reference.
        const plain = name.replace(/[^\w.-]/g, '_') || '_';
        known = plain;
        for (let number = 2; [...names.values()].includes(known); number++) known = `${plain}${number}`;
        names.set(type, known);
        written[known] = write(type);
      }
      return { $ref: `#/${place}/${known}` };
    },
    around(schema) {
      const base = uri === undefined ? {} : { $schema: uri };
      if (names.size === 0) return { ...base, ...schema };
      // In draft-07 what stands beside a reference does not count.
      return { ...base, ...('$ref' in schema ? { allOf: [schema] } : schema), [place]: written };
    },
  };
}
