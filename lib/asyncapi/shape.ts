/** What a string has to be, beside a string. Lengths count characters (code points), as JSON Schema does. */
export interface StringShape {
  readonly kind: 'string';
  readonly minLength?: number;
  readonly maxLength?: number;
  /** A regular expression, matched anywhere in the string. */
  readonly pattern?: string;
  /** One that is checked: {@link checkedFormats}. */
  readonly format?: string;
  readonly example?: string;
}

/** What a number has to be, beside a finite number. */
export interface NumberShape {
  readonly kind: 'number';
  readonly integer?: true;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly multipleOf?: number;
  readonly example?: number;
}

/** A property that is named in a schema. */
export interface PropertyShape {
  readonly name: string;
  readonly required: boolean;
  readonly shape: Shape;
  readonly description?: string;
}

/** An object; `rest` is what further properties have to be: `true` any value, `false` there are none. */
export interface ObjectShape {
  readonly kind: 'object';
  readonly properties: readonly PropertyShape[];
  readonly rest: boolean | Shape;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly example?: object;
}

/** A list. */
export interface ArrayShape {
  readonly kind: 'array';
  readonly items: Shape;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: true;
}

/** One of `members`; with `exclusive` of one only, as `oneOf` says. */
export interface UnionShape {
  readonly kind: 'union';
  readonly members: readonly Shape[];
  readonly exclusive: boolean;
}

/** What a JSON Schema says, without its syntax: what types, codecs, examples and comparisons are made of. */
export type Shape =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'nothing' }
  /** No value at all: a message without a payload. */
  | { readonly kind: 'absent' }
  | { readonly kind: 'null' }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null }
  | StringShape
  | NumberShape
  | ObjectShape
  | ArrayShape
  | { readonly kind: 'tuple'; readonly items: readonly Shape[] }
  | UnionShape
  | { readonly kind: 'intersection'; readonly members: readonly Shape[] }
  | { readonly kind: 'named'; readonly name: string };

/** A schema with a name of its own. */
export interface NamedShape {
  /** An identifier, unique in the model. */
  readonly name: string;
  readonly shape: Shape;
  readonly description?: string;
  /** Where it stands in the document. */
  readonly pointer: string;
  /** Whether it leads back to itself. */
  readonly recursive: boolean;
}
