import type { PayloadCodec } from '../../contract/payloadCodec.js';
import { jsonSchemasOf } from '../../io-ts/jsonSchemas.js';

type JsonSchemaOf = (options: { readonly target: string }) => Readonly<Record<string, unknown>>;

interface DescribedStandard {
  readonly '~standard': { readonly vendor?: string; readonly jsonSchema?: { readonly input?: JsonSchemaOf } };
}

const target = 'draft-07';
const isStandard = (codec: object): codec is DescribedStandard => '~standard' in codec;
const isIoTs = (codec: object): boolean => typeof (codec as { decode?: unknown }).decode === 'function';
const how = 'withJsonSchema of rxgate/asyncapi tells it';

/**
 * The JSON Schema (draft 7) of what a codec takes, as it goes over the wire: by Standard JSON Schema, by `toStandard` for a type of io-ts, which alone
 * loads io-ts, or as `withJsonSchema` said. A TypeError that says why, where there is none.
 */
export async function codecSchema(codec: PayloadCodec): Promise<Readonly<Record<string, unknown>>> {
  if (isStandard(codec)) {
    const { vendor = 'this library', jsonSchema } = codec['~standard'];
    if (typeof jsonSchema?.input === 'function') return jsonSchema.input({ target });
    throw new TypeError(`a schema of ${vendor} has no JSON Schema: ${how}`);
  }
  if (isIoTs(codec)) {
    const { toStandard } = await import('../../io-ts/toStandard.js');
    return toStandard(codec as unknown as Parameters<typeof toStandard>[0])['~standard'].jsonSchema.input({ target });
  }
  const told = jsonSchemasOf(codec);
  if (told) return told.input;
  throw new TypeError(`a type guard has no JSON Schema: ${how}`);
}
