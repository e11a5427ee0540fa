import { AsyncApiError } from '../errors/asyncApiError.js';
import { type DocumentNode, itemsOf, member } from './documentNode.js';
import { checkedFormats, numberFormats, plainFormats } from './formats.js';
import { readKeywords, refuseCrossed, refuseRounded } from './readKeywords.js';
import type { SchemaOptions } from './readSchema.js';
import type { NumberShape, StringShape } from './shape.js';

/** Whether a value is one that a constant can be. */
export const isScalar = (value: unknown): value is string | number | boolean | null =>
  value === null || ['string', 'number', 'boolean'].includes(typeof value);

const hasFormat = (formats: object, format: string): boolean => Object.hasOwn(formats, format);

const refuse = (node: DocumentNode, format: string, type: string): never => {
  const { pointer } = member(node, 'format');
  throw new AsyncApiError(
    pointer,
    `"${format}" is no format of a ${type} that can be checked. If it is only a remark: --format ${format}`,
  );
};

/** The first of `examples`, `example` and `default` that is of a type. */
export function exampleOf<T>(node: DocumentNode, isOfType: (value: unknown) => value is T): T | undefined {
  const { value } = member(node, 'examples');
  const listed = Array.isArray(value) ? itemsOf(member(node, 'examples')).map((one) => one.value) : [];
  return [...listed, member(node, 'example').value, member(node, 'default').value].find(isOfType);
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isNumber = (value: unknown): value is number => typeof value === 'number';

/** A schema of `type: string`. */
export function readString(node: DocumentNode, { formats = [] }: SchemaOptions): StringShape {
  const { format, ...words } = readKeywords(node, {
    minLength: 'count',
    maxLength: 'count',
    pattern: 'string',
    format: 'string',
  });
  refuseCrossed(node, 'minLength', 'maxLength');
  if (words.pattern !== undefined)
    try {
      new RegExp(words.pattern, 'u');
    } catch (cause) {
      throw new AsyncApiError(member(node, 'pattern').pointer, `is no regular expression: ${(cause as Error).message}`, {
        cause,
      });
    }
  const checked = format !== undefined && hasFormat(checkedFormats, format);
  const known =
    format === undefined || checked || plainFormats.has(format) || formats.includes(format) || hasFormat(numberFormats, format);
  if (!known) refuse(node, format, 'string');
  const example = exampleOf(node, isText);
  return { kind: 'string', ...words, ...(checked && { format }), ...(example !== undefined && { example }) };
}

const lower = ['minimum', 'exclusiveMinimum'];
const upper = ['maximum', 'exclusiveMaximum'];

function checkBounds(node: DocumentNode): void {
  for (const word of [...lower, ...upper, 'multipleOf']) refuseRounded(member(node, word));
  for (const least of lower)
    for (const most of upper) refuseCrossed(node, least, most, least !== 'minimum' || most !== 'maximum');
}

/** A schema of `type: number` or `type: integer`. */
export function readNumber(node: DocumentNode, integer: boolean): NumberShape {
  const { format, ...words } = readKeywords(node, {
    minimum: 'number',
    maximum: 'number',
    exclusiveMinimum: 'number',
    exclusiveMaximum: 'number',
    multipleOf: 'number',
    format: 'string',
  });
  checkBounds(node);
  if (words.multipleOf !== undefined && words.multipleOf <= 0)
    throw new AsyncApiError(member(node, 'multipleOf').pointer, 'must be above 0');
  const range = format !== undefined && hasFormat(numberFormats, format) ? numberFormats[format] : undefined;
  // A format that belongs to strings says nothing about numbers, in a list of types for example.
  if (format !== undefined && !range && !hasFormat(checkedFormats, format) && !plainFormats.has(format))
    refuse(node, format, 'number');
  const minimum = Math.max(words.minimum ?? -Infinity, range?.minimum ?? -Infinity);
  const maximum = Math.min(words.maximum ?? Infinity, range?.maximum ?? Infinity);
  if (minimum > maximum) throw new AsyncApiError(member(node, 'format').pointer, `nothing in the range is of "${format ?? ''}"`);
  const example = exampleOf(node, isNumber);
  return {
    kind: 'number',
    ...words,
    ...((integer || range?.integer) && { integer: true as const }),
    ...(minimum > -Infinity && { minimum }),
    ...(maximum < Infinity && { maximum }),
    ...(example !== undefined && { example }),
  };
}
