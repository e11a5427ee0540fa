import type { NamedShape, Shape } from './shape.js';

/** A message that the client sends, and what answers it. */
export interface CommandModel {
  readonly name: string;
  readonly request: Shape;
  /** `undefined`: nothing answers. */
  readonly reply: Shape | undefined;
  /** Where the schema of the reply stands. */
  readonly replyPointer?: string;
  readonly description?: string;
  readonly pointer: string;
}

/** What the gateway sends under a name. */
export interface TopicModel {
  /** Such as `bars:{symbol}:{resolution}`. */
  readonly template: string;
  /** An object of all parameters; `undefined`: there are none. */
  readonly params: Shape | undefined;
  readonly data: Shape;
  /** Where the schema of the data stands. */
  readonly dataPointer?: string;
  /** Whether it comes unasked: nobody subscribes to it. */
  readonly unasked: boolean;
  /** Whether each update says its topic, in `{ topic, payload }`: only then two topics of one domain can be told apart. */
  readonly named: boolean;
  readonly description?: string;
  readonly pointer: string;
}

/** The protocols that a document can be recognised by. */
export type DocumentProtocol = 'commandNotify' | 'typedTopics';

/** What a gateway understands and says, read from its AsyncAPI document. */
export interface GatewayModel {
  readonly title: string;
  readonly version: string;
  readonly description?: string;
  readonly protocol: DocumentProtocol;
  /** The address of the first server that is a WebSocket one. */
  readonly url?: string;
  readonly commands: readonly CommandModel[];
  readonly topics: readonly TopicModel[];
  /** In the order of their first use. */
  readonly schemas: readonly NamedShape[];
}
