/** What a schema is described for: the drafts of JSON Schema, and OpenAPI 3.0, whose schemas are a dialect of their own. */
export type JsonSchemaTarget = 'draft-2020-12' | 'draft-07' | 'openapi-3.0';

/** What a standard schema says of a value. */
export type StandardResult<A> =
  | { readonly value: A; readonly issues?: undefined }
  | { readonly issues: readonly { readonly message: string; readonly path?: readonly PropertyKey[] }[] };

/** Makes JSON Schemas. Throws a TypeError where there is none, or the target is unknown. */
export type JsonSchemaOf = (options: { readonly target: JsonSchemaTarget | (string & {}) }) => Record<string, unknown>;

/** A Standard Schema and a Standard JSON Schema, both of version 1: `O` is what it takes, `A` what it makes of it. */
export interface StandardCodec<O, A> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly types?: { readonly input: O; readonly output: A } | undefined;
    readonly validate: (value: unknown) => StandardResult<A>;
    readonly jsonSchema: { readonly input: JsonSchemaOf; readonly output: JsonSchemaOf };
  };
}
