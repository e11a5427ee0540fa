/** The typed names of a gateway: its commands with request and reply, its topics with parameters and data. */
export interface Contract {
  readonly commands: Readonly<Record<string, { readonly request: unknown; readonly reply: unknown }>>;
  readonly topics: Readonly<Record<string, { readonly params: unknown; readonly data: unknown }>>;
}

declare const untyped: unique symbol;

/** The contract of a session that has none: any name, and payloads typed at the call. */
export interface Untyped extends Contract {
  readonly [untyped]: true;
}

/** The names of a contract's commands. */
export type CommandName<C extends Contract> = keyof C['commands'] & string;

/** The names of a contract's topics. */
export type TopicName<C extends Contract> = keyof C['topics'] & string;
