import type { PayloadCodec } from '../contract/payloadCodec.js';
import { checkCodec } from '../contract/validatePayload.js';
import { type JsonSchema, withJsonSchemas } from '../io-ts/jsonSchemas.js';
import { checkObject } from '../options/check.js';

/**
 * A copy of a codec that tells its JSON Schema to `exportAsyncApi`: for a type guard, for a schema of a library without Standard JSON Schema, such as
 * valibot, and for a type of io-ts with a meaning of its own. It checks as before. The schema is that of the values as they go over the wire, and is
 * taken at its word.
 *
 * Throws a TypeError unless `codec` is a codec and the schema an object.
 *
 * @example
 * const isPrice = (value: unknown): value is number => typeof value === 'number' && value > 0;
 * const Price = withJsonSchema(isPrice, { type: 'number', exclusiveMinimum: 0 });
 */
export function withJsonSchema<C extends PayloadCodec>(codec: C, schema: JsonSchema): C {
  checkCodec('withJsonSchema', 'codec', codec);
  checkObject('withJsonSchema', 'schema', schema);
  const both = { input: schema, output: schema };
  const callable = typeof codec === 'function';
  if (!callable && !('~standard' in codec)) return withJsonSchemas(codec, both);
  // ArkType's schemas are functions.
  const copy: object = callable ? (value: unknown) => (codec as (value: unknown) => unknown)(value) : {};
  if (!('~standard' in codec)) return Object.assign(copy, { [Symbol.for('rxgate.jsonSchemas')]: both }) as unknown as C;
  const standard = { ...codec['~standard'], jsonSchema: { input: () => schema, output: () => schema } };
  // It has all else from the schema itself.
  return Object.defineProperty(Object.setPrototypeOf(copy, codec), '~standard', { value: standard }) as C;
}
