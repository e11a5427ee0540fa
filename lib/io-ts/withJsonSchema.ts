import type { Any } from 'io-ts';
import { checkObject } from '../options/check.js';
import { type JsonSchema, type JsonSchemas, withJsonSchemas } from './jsonSchemas.js';
import { checkType } from './withRun.js';

/**
 * A copy of a type that tells `toStandard` its JSON Schema: for what io-ts cannot be asked about, such as what a predicate means, or what a
 * type with a `validate` of your own takes. `schema` describes values as JSON has them. A type that makes another value of them gives
 * `{ input, output }`; without `output`, it has a schema of what it takes alone. The schema is taken at its word, for every target.
 *
 * Throws a TypeError unless `codec` is a type of io-ts and the schema an object.
 *
 * @example
 * const Price = withJsonSchema(t.refinement(t.number, (price) => price > 0, 'Price'), { type: 'number', minimum: 0 });
 */
export function withJsonSchema<C extends Any>(codec: C, schema: JsonSchema | JsonSchemas): C {
  checkType('withJsonSchema', codec);
  checkObject('withJsonSchema', 'schema', schema);
  const both = 'input' in schema ? (schema as JsonSchemas) : { input: schema, output: schema };
  checkObject('withJsonSchema', 'schema.input', both.input);
  return withJsonSchemas(codec, both);
}
