import type { TopicTemplateParams } from './topicTemplate.js';

/** What the schema of a payload says of it; `undefined` where there is none: it carries nothing. */
type Undetermined<C> = 0 extends 1 & C ? true : false;

interface StandardTypes<Input, Output> {
  readonly '~standard': { readonly types?: { readonly input: Input; readonly output: Output } | undefined };
}

/**
 * What whoever receives a payload gets: what its codec makes of it. That of a type of io-ts is its `A`, that of a Standard Schema its output. Without a
 * codec it is `undefined`.
 */
export type Received<C> =
  Undetermined<C> extends true
    ? unknown
    : C extends undefined
      ? undefined
      : C extends StandardTypes<infer _Input, infer Output>
        ? Output
        : C extends { readonly _A: infer A; readonly decode: unknown }
          ? A
          : C extends (value: unknown) => value is infer A
            ? A
            : unknown;

/**
 * What whoever sends a payload gives. A type of io-ts encodes, so it is the same type `A` that is received. A Standard Schema cannot: it is the schema's
 * input, as it goes over the wire. Without a codec it is `undefined`.
 */
export type Sent<C> =
  Undetermined<C> extends true ? unknown : C extends StandardTypes<infer Input, infer _Output> ? Input : Received<C>;

/** What whoever subscribes to a topic gives: as it stands in the topic's name, so it is not encoded. Without a codec, the placeholders. */
export type SentParams<Template extends string, C> =
  Undetermined<C> extends true
    ? unknown
    : C extends undefined
      ? TopicTemplateParams<Template, string | number>
      : C extends { readonly _O: infer O; readonly decode: unknown }
        ? O
        : Sent<C>;

/** What a topic's handler is given. Without a codec, the placeholders as strings. */
export type ReceivedParams<Template extends string, C> =
  Undetermined<C> extends true ? unknown : C extends undefined ? TopicTemplateParams<Template, string> : Received<C>;
