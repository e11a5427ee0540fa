import { AsyncApiError } from '../errors/asyncApiError.js';
import { type DocumentNode, fieldsOf, member, referenceOf } from './documentNode.js';

interface Kinds {
  readonly count: number;
  readonly number: number;
  readonly boolean: boolean;
  readonly string: string;
}

const tests: { readonly [K in keyof Kinds]: readonly [expected: string, test: (value: unknown) => boolean] } = {
  count: ['a whole number from 0', (value) => Number.isInteger(value) && (value as number) >= 0],
  number: ['a number', (value) => typeof value === 'number' && Number.isFinite(value)],
  boolean: ['true or false', (value) => typeof value === 'boolean'],
  string: ['a string', (value) => typeof value === 'string'],
};

/** Reads some words of a schema, each of the kind that is asked for; what is absent is absent. */
export function readKeywords<W extends Readonly<Record<string, keyof Kinds>>>(
  node: DocumentNode,
  words: W,
): { readonly [K in keyof W]?: Kinds[W[K]] } {
  const found: Record<string, unknown> = {};
  for (const [word, kind] of Object.entries(words)) {
    const { value, pointer } = member(node, word);
    if (value === undefined) continue;
    const [expected, test] = tests[kind];
    if (!test(value)) throw new AsyncApiError(pointer, `must be ${expected}`);
    found[word] = value;
  }
  return found as { readonly [K in keyof W]?: Kinds[W[K]] };
}

/** Words that say something, and are understood. */
const understood = new Set(
  'type nullable enum const properties required additionalProperties minProperties maxProperties items prefixItems minItems maxItems uniqueItems minLength maxLength pattern format minimum maximum exclusiveMinimum exclusiveMaximum multipleOf allOf anyOf oneOf discriminator'.split(
    ' ',
  ),
);

/** Words that are remarks: they forbid no value. */
const remarks = new Set(
  '$id $schema $comment $anchor id title description default example examples deprecated readOnly writeOnly externalDocs definitions $defs contentEncoding contentMediaType'.split(
    ' ',
  ),
);

/** Throws for a word that is neither understood nor a remark. What begins with `x-` is a remark. */
export function refuseUnknown(node: DocumentNode): void {
  for (const word of Object.keys(fieldsOf(node)))
    if (!understood.has(word) && !remarks.has(word) && !word.startsWith('x-'))
      throw new AsyncApiError(
        member(node, word).pointer,
        `"${word}" is not supported: a codec without it would take more than it allows`,
      );
}

/** Throws if a reference has company: draft 7 passes over what stands beside `$ref`, later drafts do not. */
export function refuseBeside(node: DocumentNode): void {
  if (referenceOf(node) === undefined) return;
  for (const word of Object.keys(fieldsOf(node)))
    if (word !== '$ref' && !remarks.has(word) && !word.startsWith('x-'))
      throw new AsyncApiError(member(node, word).pointer, `"${word}" beside "$ref" is not supported: put both into an "allOf"`);
}
