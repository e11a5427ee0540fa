import { checkName, checkObject, checkOneOf } from '../options/check.js';
import { bindClient, type ClientBinding } from './bindClient.js';
import type { ClientOf, ContractDefinition, CoversPlaceholders, HasKnownKeys, ServerOf } from './contractOf.js';
import { checkTemplate } from './topicTemplate.js';
import { checkCodec } from './validatePayload.js';

/** The typed names of a gateway: its commands with request and reply, its topics with parameters and data. */
export interface Contract {
  readonly commands: Readonly<Record<string, { readonly request: unknown; readonly reply: unknown }>>;
  readonly topics: Readonly<Record<string, { readonly params: unknown; readonly data: unknown }>>;
}

/** Under which a contract keeps what its client does with it; a registered symbol, so that two copies of the library understand each other. */
export const contractSymbol: unique symbol = Symbol.for('rxgate.contract') as never;

declare const untyped: unique symbol;
declare const clientTypes: unique symbol;
declare const serverTypes: unique symbol;

/** The contract of a session that has none: any name, and payloads typed at the call. */
export interface Untyped extends Contract {
  readonly [untyped]: true;
}

/** The names of a contract's commands. */
export type CommandName<C extends Contract> = keyof C['commands'] & string;

/** The names of a contract's topics. */
export type TopicName<C extends Contract> = keyof C['topics'] & string;

/** What both ends of a contract have in common: it was made by `contract`. */
interface MadeByContract {
  readonly [contractSymbol]: ClientBinding;
}

/** A contract for a client that sees it as `C`: what `connect` and `createGateway` take. */
export interface ClientContract<C extends Contract> extends MadeByContract {
  readonly [clientTypes]?: C;
}

/** A contract for a server that sees it as `C`: what `serve` and `createGatewayServer` take. */
export interface ServerContract<C extends Contract> extends MadeByContract {
  readonly [serverTypes]?: C;
}

/** A contract, made by `contract`: its codecs, and the types of both ends. */
export type ContractOf<D extends ContractDefinition> = Required<Pick<D, keyof D & ('commands' | 'topics')>> &
  ClientContract<ClientOf<D>> &
  ServerContract<ServerOf<D>>;

/** What an entry may have, codecs first. */
const fields = { commands: ['request', 'reply', 'description'], topics: ['params', 'data', 'description', 'unasked'] } as const;

function checkEntries(kind: keyof typeof fields, entries: Readonly<Record<string, object>> = {}): void {
  // A misspelt key would leave payloads unchecked.
  checkOneOf('contract', 'key', kind, Object.keys(fields));
  checkObject('contract', kind, entries);
  const forms = new Map<string, string>();
  for (const [name, entry] of Object.entries(entries)) {
    const at = `${kind}["${name}"]`;
    checkName('contract', at, name);
    if (kind === 'topics') {
      const form = checkTemplate('contract', at, name);
      if (forms.has(form)) throw new TypeError(`contract: ${at} cannot be told from ${kind}["${forms.get(form)}"]`);
      forms.set(form, name);
    }
    checkObject('contract', at, entry);
    for (const [field, codec] of Object.entries(entry)) {
      const known: readonly string[] = fields[kind];
      checkOneOf('contract', `key of ${at}`, field, known);
      if (codec !== undefined && known.indexOf(field) < 2) checkCodec('contract', `${at}.${field}`, codec);
    }
  }
}

/**
 * Says what a gateway understands, for both of its ends: commands with what they are asked with and what they answer, topics by their template with
 * the parameters of whoever subscribes and the data of each notification.
 *
 * Each codec is a type of io-ts, a Standard Schema (zod, valibot, ArkType …) or a type guard; one that is left out means that there is no payload
 * (of `params`: the placeholders of the template, as strings). `description`, and `unasked` of a topic, are for documents.
 *
 * Given to `connect`, `createGateway`, `serve` or `createGatewayServer` it types everything behind them, and payloads are checked where they come in
 * and where they go out; `validation` says how strictly. What a sender gives and a receiver gets is the decoded type of an io-ts codec; a Standard
 * Schema cannot encode, so there a sender gives its input.
 *
 * @example
 * const trading = contract({
 *   commands: { 'orders.place': { request: Order, reply: Receipt } },
 *   topics: { 'bars:{symbol}:{resolution}': { data: Bar } },
 * });
 * const session$ = connect({ url: 'wss://gw.example/ws', protocol: commandNotify(), contract: trading });
 * const bars$ = session$.pipe(topic('bars:{symbol}:{resolution}', { symbol: 'SPX', resolution: '1D' }));
 *
 * @throws TypeError that names the entry, for what is no codec, for a key that is none of a contract, a command or a topic, for a template that names
 * cannot be taken apart by, and for two topics that cannot be told from each other.
 */
export function contract<D extends ContractDefinition>(definition: D & CoversPlaceholders<D> & HasKnownKeys<D>): ContractOf<D> {
  checkObject('contract', 'definition', definition);
  for (const [kind, entries] of Object.entries(definition))
    checkEntries(kind as keyof typeof fields, entries as Readonly<Record<string, object>>);
  const { commands = {}, topics = {} } = definition as ContractDefinition;
  return { commands, topics, [contractSymbol]: bindClient({ commands, topics }) } as unknown as ContractOf<D>;
}
