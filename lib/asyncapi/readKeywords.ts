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

/** From here on bounds are those of types, as of int64 and float: nobody counts them exactly. */
const typeLimit = 2 ** 63 - 1_024;

/** Throws for a whole number that may have been rounded when its text was read: a codec would take another one. */
export function refuseRounded({ value, pointer }: DocumentNode): void {
  if (typeof value !== 'number' || !Number.isInteger(value) || Number.isSafeInteger(value) || Math.abs(value) >= typeLimit)
    return;
  throw new AsyncApiError(
    pointer,
    `is beyond ±${Number.MAX_SAFE_INTEGER}: numbers are not exact there, and ${value} may not be what is written`,
  );
}

/** Throws if the least that one word allows is above the most that another one does; with `apart` also if both are the same. */
export function refuseCrossed(node: DocumentNode, least: string, most: string, apart = false): void {
  const [{ value: low, pointer }, { value: high }] = [member(node, least), member(node, most)];
  if (typeof low !== 'number' || typeof high !== 'number' || low < high || (low === high && !apart)) return;
  throw new AsyncApiError(pointer, `nothing fits "${least}" ${low} and "${most}" ${high}`);
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
