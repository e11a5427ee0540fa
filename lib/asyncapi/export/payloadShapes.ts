import type { ContractDefinition } from '../../contract/contractOf.js';
import type { PayloadCodec } from '../../contract/payloadCodec.js';
import { validatePayload } from '../../contract/validatePayload.js';
import { AsyncApiError } from '../../errors/asyncApiError.js';
import { typeName } from '../identifiers.js';
import type { SchemaOptions } from '../readSchema.js';
import type { Shape } from '../shape.js';
import { codecSchema, type Schema } from './codecSchema.js';
import { type Components, createComponents } from './createComponents.js';
import { readableSchema } from './readableSchema.js';
import { describedSchema, type WrittenSchema, writeShape } from './writeShape.js';

/** What the payloads of a contract are. */
export interface PayloadShapes {
  /** That of an entry, such as `commands["orders.place"].reply`; `undefined` if it carries nothing. */
  of(entry: string): Shape | undefined;
  /** Its schema, with its description; `undefined` if it carries nothing. */
  written(entry: string): WrittenSchema | undefined;
  /** The schemas that lead back to themselves, by name. */
  readonly schemas: Readonly<Record<string, WrittenSchema>>;
}

interface Payload {
  readonly entry: string;
  /** What its type is called if it needs a name. */
  readonly name: string;
  readonly schema: Schema;
}

/** Whether a codec says that nothing is carried: no value of JSON, but `undefined`. */
function takesNothing(codec: PayloadCodec, schema: Schema): boolean {
  if (readableSchema(schema) !== false) return false;
  const result = validatePayload(codec, '', undefined);
  return !('then' in result) && result.valid;
}

/** What is wrong with a codec, with the entry that it stands in. */
function refuse(entry: string, cause: unknown): never {
  const known = cause instanceof AsyncApiError;
  const place = known && cause.pointer !== '#' ? ` at ${cause.pointer}` : '';
  const reason = known ? cause.reason : cause instanceof Error ? cause.message : String(cause);
  throw new TypeError(`exportAsyncApi: ${entry}${place}: ${reason}`, { cause });
}

async function readPayloads({ commands = {}, topics = {} }: ContractDefinition): Promise<readonly Payload[]> {
  const found: Payload[] = [];
  const read = async (codec: PayloadCodec | undefined, entry: string, name: string): Promise<void> => {
    if (codec === undefined) return;
    try {
      const schema = await codecSchema(codec);
      if (!takesNothing(codec, schema)) found.push({ entry, name, schema });
    } catch (error) {
      refuse(entry, error);
    }
  };
  for (const [name, { request, reply }] of Object.entries(commands)) {
    await read(request, `commands["${name}"].request`, name);
    await read(reply, `commands["${name}"].reply`, `${name}.reply`);
  }
  for (const [template, { params, data, unasked }] of Object.entries(topics)) {
    await read(data, `topics["${template}"].data`, template);
    if (unasked && params) refuse(`topics["${template}"].params`, 'nobody gives any for what comes unasked');
    await read(params, `topics["${template}"].params`, `${template} params`);
  }
  return found;
}

function shapesIn(payloads: readonly Payload[], components: Components): ReadonlyMap<string, Shape> {
  const shapes = new Map<string, Shape>();
  for (const { entry, name, schema } of payloads)
    try {
      shapes.set(entry, components.add(schema, name));
    } catch (error) {
      refuse(entry, error);
    }
  return shapes;
}

/** Reads the codecs of a contract. A TypeError that names the entry, where one has no JSON Schema that can be read. */
export async function payloadShapes(definition: ContractDefinition, options: SchemaOptions): Promise<PayloadShapes> {
  const payloads = await readPayloads(definition);
  const first = shapesIn(payloads, createComponents([], options));
  // A message whose payload is no component gives its type the message's name.
  const taken = payloads.filter(({ entry }) => first.get(entry)?.kind !== 'named').map(({ name }) => typeName(name));
  const components = createComponents(taken, options);
  const shapes = shapesIn(payloads, components);
  const descriptions = new Map(payloads.map(({ entry, schema }) => [entry, schema.description]));
  const written = (entry: string): WrittenSchema | undefined => {
    const shape = shapes.get(entry);
    return shape && describedSchema(writeShape(shape), descriptions.get(entry));
  };
  return { of: (entry) => shapes.get(entry), written, schemas: components.all() };
}
