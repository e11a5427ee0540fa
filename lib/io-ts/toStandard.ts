import type { Any, OutputOf, TypeOf } from 'io-ts';
import { ioTsPath } from '../contract/ioTsPath.js';
import type { IoTsIssue } from '../contract/payloadCodec.js';
import { checkOneOf } from '../options/check.js';
import type { JsonSchemaOf, JsonSchemaTarget, StandardCodec, StandardResult } from './standardCodec.js';
import { checkType } from './withRun.js';
import { writeJsonSchema } from './writeJsonSchema.js';

const targets: readonly JsonSchemaTarget[] = ['draft-2020-12', 'draft-07', 'openapi-3.0'];

/** Keys of lists as numbers, as other libraries have them. */
function placeIn(value: unknown, path: readonly string[]): PropertyKey[] {
  let at = value;
  return path.map((key) => {
    const place = Array.isArray(at) ? Number(key) : key;
    at = (at as Record<PropertyKey, unknown> | null | undefined)?.[place];
    return place;
  });
}

/**
 * A type of io-ts as a Standard Schema with a Standard JSON Schema (both of version 1), for what takes such schemas. `validate` gives what
 * `decode` gives; an issue says the name of the type that refused, or the message that the type itself gave, and its path, and quotes no value.
 *
 * `jsonSchema.input({ target })` describes the JSON values that the type takes, `jsonSchema.output({ target })` what it gives, as JSON. A field
 * that may be `undefined` need not be there. Fields that a type does not know are allowed: io-ts passes over them, or strips them. Targets are
 * `draft-2020-12`, `draft-07` and `openapi-3.0`. Both throw a TypeError with the place (`lines[].price`) where there is no schema: functions,
 * bigints, refinements and types of your own that `withJsonSchema` was not told of; for `openapi-3.0` tuples and recursive types as well.
 *
 * Throws a TypeError unless `codec` is a type of io-ts.
 *
 * @example
 * const schema = toStandard(Order)['~standard'].jsonSchema.input({ target: 'draft-2020-12' });
 */
export function toStandard<C extends Any>(codec: C): StandardCodec<OutputOf<C>, TypeOf<C>> {
  checkType('toStandard', codec);
  const schemaOf =
    (side: 'input' | 'output'): JsonSchemaOf =>
    ({ target }) =>
      writeJsonSchema(codec, side, checkOneOf('toStandard', 'target', target as JsonSchemaTarget, targets));
  const validate = (value: unknown): StandardResult<TypeOf<C>> => {
    const result = codec.decode(value);
    if (result._tag === 'Right') return { value: result.right as TypeOf<C> };
    return {
      issues: result.left.map((issue) => ({
        message: issue.message ?? `Expected ${issue.context.at(-1)?.type.name ?? codec.name}`,
        path: placeIn(value, ioTsPath(issue as unknown as IoTsIssue)),
      })),
    };
  };
  return {
    '~standard': {
      version: 1,
      vendor: 'io-ts',
      validate,
      jsonSchema: { input: schemaOf('input'), output: schemaOf('output') },
    },
  };
}
