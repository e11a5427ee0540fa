/** A JSON Schema as an object. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** The JSON Schemas of a type: of what it takes, and, where JSON can say it, of what it gives. */
export interface JsonSchemas {
  readonly input: JsonSchema;
  readonly output?: JsonSchema | undefined;
  /** They stand beside that of the type that is refined, and do not replace it. */
  readonly refines?: boolean | undefined;
}

/** Where a type has the schemas that it was given. */
const place = /* @__PURE__ */ Symbol.for('rxgate.jsonSchemas');

/** The JSON Schemas that a type was given by `withJsonSchema`. */
export const jsonSchemasOf = (type: object): JsonSchemas | undefined => (type as { [place]?: JsonSchemas })[place];

/** A copy of a type that has these schemas. */
export const withJsonSchemas = <C extends object>(type: C, schemas: JsonSchemas): C =>
  Object.assign(Object.create(Object.getPrototypeOf(type) as object) as object, type, { [place]: schemas });
