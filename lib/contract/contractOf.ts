import type { Contract } from './contract.js';
import type { PayloadCodec } from './payloadCodec.js';
import type { Received, ReceivedParams, Sent, SentParams } from './payloadTypes.js';
import type { TopicPlaceholder } from './topicTemplate.js';

/** What a command carries, each way; what is left out is `undefined`: it carries nothing. */
export interface CommandCodecs {
  /** What goes to the gateway. */
  readonly request?: PayloadCodec | undefined;
  /** What comes back: each reply of a stream. */
  readonly reply?: PayloadCodec | undefined;
  /** For people, and for the document that `rxgate export` writes. */
  readonly description?: string | undefined;
}

/** What a topic carries. */
export interface TopicCodecs {
  /**
   * The parameters of whoever subscribes: those of the template, and any others. In a name all values are text; a codec that refuses the text of a
   * number is given the number. Default: the placeholders of the template, as strings.
   */
  readonly params?: PayloadCodec | undefined;
  /** What comes with each notification. Default: nothing, `undefined`. */
  readonly data?: PayloadCodec | undefined;
  /** For people, and for the document that `rxgate export` writes. */
  readonly description?: string | undefined;
  /**
   * Whether the gateway sends it to clients that did not subscribe, who listen with `notifications`. It is for the document that `rxgate export` writes,
   * and changes nothing on the wire. Default `false`.
   */
  readonly unasked?: boolean | undefined;
}

/** Commands and topics with the codecs of their payloads: what `contract` takes. */
export interface ContractDefinition {
  readonly commands?: Readonly<Record<string, CommandCodecs>>;
  readonly topics?: Readonly<Record<string, TopicCodecs>>;
}

type Named<D, Kind extends keyof ContractDefinition> = D extends { readonly [K in Kind]: infer All } ? All : object;
type CodecOf<Entry, Name extends string> = Name extends keyof Entry ? Entry[Name] : undefined;

/**
 * The types of a contract as its client sees them: `Session<ClientOf<typeof trading>>`. A request and the params of a topic are sent, a reply and the
 * data of a topic are received; see `Sent` and `Received`.
 */
export interface ClientOf<D extends ContractDefinition> extends Contract {
  readonly commands: {
    readonly [K in keyof Named<D, 'commands'> & string]: {
      readonly request: Sent<CodecOf<Named<D, 'commands'>[K], 'request'>>;
      readonly reply: Received<CodecOf<Named<D, 'commands'>[K], 'reply'>>;
    };
  };
  readonly topics: {
    readonly [T in keyof Named<D, 'topics'> & string]: {
      readonly params: SentParams<T, CodecOf<Named<D, 'topics'>[T], 'params'>>;
      readonly data: Received<CodecOf<Named<D, 'topics'>[T], 'data'>>;
    };
  };
}

/** The types of a contract as its server sees them: `Peer<ServerOf<typeof trading>>`. What a client sends is received, and the other way round. */
export interface ServerOf<D extends ContractDefinition> extends Contract {
  readonly commands: {
    readonly [K in keyof Named<D, 'commands'> & string]: {
      readonly request: Received<CodecOf<Named<D, 'commands'>[K], 'request'>>;
      readonly reply: Sent<CodecOf<Named<D, 'commands'>[K], 'reply'>>;
    };
  };
  readonly topics: {
    readonly [T in keyof Named<D, 'topics'> & string]: {
      readonly params: ReceivedParams<T, CodecOf<Named<D, 'topics'>[T], 'params'>>;
      readonly data: Sent<CodecOf<Named<D, 'topics'>[T], 'data'>>;
    };
  };
}

type Lacking<Template extends string, C> =
  unknown extends SentParams<Template, C> ? never : Exclude<TopicPlaceholder<Template>, keyof SentParams<Template, C>>;

/** Compiles only if the params of each topic have all placeholders of its template. */
export type CoversPlaceholders<D> = {
  readonly topics?: {
    readonly [T in keyof Named<D, 'topics'> & string]: 'params' extends keyof Named<D, 'topics'>[T]
      ? [Lacking<T, CodecOf<Named<D, 'topics'>[T], 'params'>>] extends [never]
        ? unknown
        : { readonly params: `The codec of params lacks {${Lacking<T, CodecOf<Named<D, 'topics'>[T], 'params'>>}}` }
      : unknown;
  };
};

/** Text where `Given` has a key that `Known` lacks. */
type Misspelt<Given, Known, Text extends string> = { readonly [K in Exclude<keyof Given & string, keyof Known>]: Text };

/** Compiles only if the contract, its commands and its topics have no other keys than they may have. */
export type HasKnownKeys<D> = Misspelt<D, ContractDefinition, 'A contract has commands and topics'> & {
  readonly commands?: {
    readonly [K in keyof Named<D, 'commands'> & string]: Misspelt<
      Named<D, 'commands'>[K],
      CommandCodecs,
      'A command has request, reply and description'
    >;
  };
  readonly topics?: {
    readonly [T in keyof Named<D, 'topics'> & string]: Misspelt<
      Named<D, 'topics'>[T],
      TopicCodecs,
      'A topic has params, data, description and unasked'
    >;
  };
};
