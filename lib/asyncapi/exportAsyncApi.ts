import type { ClientContract, Contract } from '../contract/contract.js';
import type { ContractDefinition, TopicCodecs } from '../contract/contractOf.js';
import { checkObject, checkOneOf, checkThat } from '../options/check.js';
import { payloadShapes } from './export/payloadShapes.js';
import { writeOperations } from './export/writeOperations.js';
import { writeServers } from './export/writeServers.js';
import type { DocumentProtocol } from './gatewayModel.js';
import { readAsyncApi } from './readAsyncApi.js';
import type { SchemaOptions } from './readSchema.js';

/** What a document says beside the contract. */
export interface ExportOptions extends SchemaOptions {
  /** Default `'Gateway'`. */
  readonly title?: string | undefined;
  /** The version of what is described. Default `'1.0.0'`. */
  readonly version?: string | undefined;
  readonly description?: string | undefined;
  /** The gateway's address, `ws://` or `wss://`. Default: the document names no server. */
  readonly url?: string | undefined;
  /** What the gateway speaks. Default `'commandNotify'`. */
  readonly protocol?: DocumentProtocol | undefined;
}

/** A document of AsyncAPI 3.0, as JSON has it. */
export interface AsyncApiDocument {
  readonly asyncapi: '3.0.0';
  readonly info: { readonly title: string; readonly version: string; readonly description?: string };
  readonly [word: string]: unknown;
}

/** Throws a TypeError that names what is said of an entry, beside its codecs, and is no text or mark. */
function checkRemarks({ commands = {}, topics = {} }: ContractDefinition): void {
  const check = (at: string, value: unknown, type: string): unknown =>
    checkThat('exportAsyncApi', at, value, `a ${type}`, value === undefined || typeof value === type);
  for (const [name, { description }] of Object.entries(commands)) check(`commands["${name}"].description`, description, 'string');
  for (const [name, { description, unasked }] of Object.entries(topics)) {
    check(`topics["${name}"].description`, description, 'string');
    check(`topics["${name}"].unasked`, unasked, 'boolean');
  }
}

/**
 * The AsyncAPI 3.0 document of a contract: what its gateway receives (commands, each with its reply) and what it sends (topics, each a channel with the
 * template as its address). `generateFiles` makes an equivalent contract of it. The same contract gives the same document.
 *
 * The schemas of payloads come out of the codecs: by Standard JSON Schema (zod 4, ArkType), by `toStandard` for types of io-ts (io-ts is loaded only for
 * those), and by `withJsonSchema` where a codec has none. They describe what goes over the wire, in one normal form.
 *
 * Rejects with a TypeError that names the entry (`commands["orders.place"].reply`) where a codec has no JSON Schema, or one that `readAsyncApi` does not
 * read.
 *
 * @example
 * const document = await exportAsyncApi(trading, { title: 'Trading', version: '2.1.0', url: 'wss://gw.example/ws' });
 */
export async function exportAsyncApi(contract: ClientContract<Contract>, options: ExportOptions = {}): Promise<AsyncApiDocument> {
  checkObject('exportAsyncApi', 'contract', contract);
  const { commands = {}, topics: given = {} } = contract as ContractDefinition;
  checkObject('exportAsyncApi', 'contract.commands', commands);
  checkObject('exportAsyncApi', 'contract.topics', given);
  checkRemarks({ commands, topics: given });
  // What comes over the connection itself is read first, so it is written first.
  const rank = ({ unasked = false }: TopicCodecs): number => (unasked ? 0 : 1);
  const topics = Object.fromEntries(Object.entries(given).sort(([, a], [, b]) => rank(a) - rank(b)));
  const { title = 'Gateway', version = '1.0.0', description, url, protocol = 'commandNotify' } = options;
  checkOneOf('exportAsyncApi', 'protocol', protocol, ['commandNotify', 'typedTopics']);
  const payloads = await payloadShapes({ commands, topics }, options);
  const { messages, ...parts } = writeOperations({ commands, topics }, payloads);
  const hasSchemas = Object.keys(payloads.schemas).length > 0;
  const document: AsyncApiDocument = {
    asyncapi: '3.0.0',
    info: { title, version, ...(description !== undefined && { description }) },
    defaultContentType: 'application/json',
    'x-rxgate-protocol': protocol,
    // Payloads may look like envelopes, and are none.
    ...(protocol === 'typedTopics' && { 'x-rxgate-envelopes': false }),
    ...(url !== undefined && { servers: writeServers(url) }),
    ...parts,
    components: { messages, ...(hasSchemas && { schemas: payloads.schemas }) },
  };
  // What is given can be read again. Nothing to send and nothing to receive is a contract all the same, and nobody reads that.
  if (Object.keys(messages).length > 0) readAsyncApi(document, options);
  return document;
}
