import type { PayloadCodec } from '../../contract/payloadCodec.js';
import { isIoTs, isStandard } from '../../contract/validatePayload.js';
import { jsonSchemasOf } from '../../io-ts/jsonSchemas.js';
import { arktypeOptions } from './arktypeOptions.js';

/** A JSON Schema, as a library writes it. */
export type Schema = Readonly<Record<string, unknown>>;
type JsonSchemaOf = (options: { readonly target: string; readonly libraryOptions?: object }) => Schema;

interface DescribedStandard {
  readonly '~standard': { readonly vendor?: string; readonly jsonSchema?: { readonly input?: JsonSchemaOf } };
}

const target = 'draft-07';
const how = 'withJsonSchema of rxgate/asyncapi tells it';

/** A tuple of io-ts takes longer lists and cuts them off, but what it is of type, and sends, has its length. */
function withLength(schema: unknown): unknown {
  if (typeof schema !== 'object' || schema === null) return schema;
  if (Array.isArray(schema)) return (schema as readonly unknown[]).map(withLength);
  const words = Object.fromEntries(
    Object.entries(schema as Schema).map(([word, value]) => [word, word === 'const' ? value : withLength(value)]),
  );
  const { items, minItems, maxItems } = words;
  return Array.isArray(items) && minItems === items.length && maxItems === undefined ? { ...words, maxItems: minItems } : words;
}

/**
 * The JSON Schema (draft 7) of what a codec takes, as it goes over the wire: by Standard JSON Schema, by `toStandard` for a type of io-ts, which alone
 * loads io-ts, or as `withJsonSchema` said. A TypeError that says why, where there is none.
 */
export async function codecSchema(codec: PayloadCodec): Promise<Schema> {
  if (isStandard(codec)) {
    const { vendor = 'this library', jsonSchema } = (codec as unknown as DescribedStandard)['~standard'];
    if (typeof jsonSchema?.input === 'function')
      return jsonSchema.input({ target, ...(vendor === 'arktype' && { libraryOptions: arktypeOptions }) });
    throw new TypeError(`a schema of ${vendor} has no JSON Schema: ${how}`);
  }
  if (isIoTs(codec)) {
    const { toStandard } = await import('../../io-ts/toStandard.js');
    const schema = toStandard(codec as unknown as Parameters<typeof toStandard>[0])['~standard'].jsonSchema.input({ target });
    return withLength(schema) as Schema;
  }
  const told = jsonSchemasOf(codec);
  if (told) return told.input;
  throw new TypeError(`a type guard has no JSON Schema: ${how}`);
}
