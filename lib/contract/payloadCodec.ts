/** A schema of the Standard Schema specification, version 1, as zod, valibot and ArkType have it; the part that is used here. */
export interface StandardPayload<A> {
  readonly '~standard': {
    readonly version: 1;
    readonly validate: (value: unknown) => StandardOutcome<A> | Promise<StandardOutcome<A>>;
    readonly types?: { readonly input: unknown; readonly output: A } | undefined;
  };
}

/** What a standard schema makes of a value. */
export type StandardOutcome<A> =
  | { readonly value: A; readonly issues?: undefined }
  | { readonly issues: readonly StandardIssue[] };

/** What is wrong with a value, and where. */
export interface StandardIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** A type of io-ts; the part that is used here. */
export interface IoTsPayload<A> {
  readonly _A: A;
  readonly decode: (value: unknown) => IoTsOutcome<A>;
}

/** What a type of io-ts makes of a value: an `Either` of fp-ts. */
export type IoTsOutcome<A> =
  | { readonly _tag: 'Left'; readonly left: readonly IoTsIssue[] }
  | { readonly _tag: 'Right'; readonly right: A };

/** Where a type of io-ts refused a value: the types and keys that led there. */
export interface IoTsIssue {
  readonly context: readonly { readonly key: string; readonly type: object }[];
}

/**
 * Says what a payload must be, and makes an `A` of it: a type of io-ts, a Standard Schema (zod, valibot, ArkType, …), whose check may be
 * asynchronous, or a type guard. Nothing of those libraries is imported.
 */
export type PayloadCodec<A = unknown> = StandardPayload<A> | IoTsPayload<A> | ((value: unknown) => value is A);
