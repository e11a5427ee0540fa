import { checkedFormats } from '../formats.js';
import { formatHelper } from './codecHelpers.js';
import { keyText, quoted } from '../identifiers.js';
import type { ArrayShape, NumberShape, ObjectShape, PropertyShape, Shape, StringShape, UnionShape } from '../shape.js';
import type { Behind } from '../accepts.js';
import { areDisjoint } from '../areDisjoint.js';
import { restWords } from './restWords.js';

/** What codecs are written with. */
export interface CodecWriter {
  /** How a codec refers to the one of a name. */
  readonly refer: (name: string) => string;
  readonly behind: Behind;
  /** Notes that a function of `codecHelpers` is called. */
  readonly use: (helper: string) => void;
}

const wordsText = (words: object): string =>
  `{ ${Object.entries(words)
    .map(([word, value]) => `${keyText(word)}: ${typeof value === 'string' ? quoted(value) : JSON.stringify(value)}`)
    .join(', ')} }`;

/** A codec with conditions; without any, the codec itself. */
function where(writer: CodecWriter, codec: string, words: object, tests: readonly string[]): string {
  if (tests.length === 0) return codec;
  writer.use('where');
  return `where(${codec}, ${wordsText(words)}, (value) => ${tests.join(' && ')})`;
}

const defined = <T extends object>(words: T): Partial<T> =>
  Object.fromEntries(Object.entries(words).filter(([, value]) => value !== undefined)) as Partial<T>;

const bounds = (subject: string, least: number | undefined, most: number | undefined): readonly string[] => [
  ...(least === undefined || least === 0 ? [] : [`${subject} >= ${least}`]),
  ...(most === undefined ? [] : [`${subject} <= ${most}`]),
];

function emitString(shape: StringShape, writer: CodecWriter): string {
  const { minLength, maxLength, pattern, format } = shape;
  const lengths = bounds('count(value)', minLength, maxLength);
  if (lengths.length > 0) writer.use('count');
  const known = format === undefined ? undefined : checkedFormats[format];
  if (known) writer.use(formatHelper(format ?? ''));
  return where(writer, 't.string', defined({ minLength, maxLength, pattern, format }), [
    ...lengths,
    ...(pattern === undefined ? [] : [`new RegExp(${quoted(pattern)}, 'u').test(value)`]),
    ...(known ? [`${formatHelper(format ?? '')}(value)`] : []),
  ]);
}

function emitNumber(shape: NumberShape, writer: CodecWriter): string {
  const { integer, minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = shape;
  const tests = [
    ...(integer ? ['Number.isInteger(value)'] : []),
    ...(minimum === undefined ? [] : [`value >= ${minimum}`]),
    ...(maximum === undefined ? [] : [`value <= ${maximum}`]),
    ...(exclusiveMinimum === undefined ? [] : [`value > ${exclusiveMinimum}`]),
    ...(exclusiveMaximum === undefined ? [] : [`value < ${exclusiveMaximum}`]),
    ...(multipleOf === undefined ? [] : [`multiple(value, ${multipleOf})`]),
  ];
  if (!integer) writer.use('finite');
  if (multipleOf !== undefined) writer.use('multiple');
  const words = defined({
    type: integer ? 'integer' : undefined,
    minimum,
    maximum,
    exclusiveMinimum,
    exclusiveMaximum,
    multipleOf,
  });
  return where(writer, integer ? 't.number' : 'finite', words, tests);
}

/** Whether `undefined` is a value of this shape: then a codec does not see that a property is missing. */
function takesUndefined(shape: Shape, behind: Behind, depth = 0): boolean {
  if (depth > 20) return true;
  if (shape.kind === 'named') return takesUndefined(behind(shape), behind, depth + 1);
  if (shape.kind === 'union') return shape.members.some((one) => takesUndefined(one, behind, depth + 1));
  if (shape.kind === 'intersection') return shape.members.every((one) => takesUndefined(one, behind, depth + 1));
  return shape.kind === 'unknown' || shape.kind === 'absent';
}

const names = (properties: readonly PropertyShape[]): string => `[${properties.map(({ name }) => quoted(name)).join(', ')}]`;

function emitObject(shape: ObjectShape, writer: CodecWriter, indent: string): string {
  const { properties, rest, minProperties, maxProperties } = shape;
  const required = properties.filter((property) => property.required);
  const optional = properties.filter((property) => !property.required);
  const block = (kind: string, members: readonly PropertyShape[]): readonly string[] =>
    members.length === 0
      ? []
      : [
          `${kind}({\n${members
            .map(({ name, shape: inner }) => `${indent}  ${keyText(name)}: ${emitCodec(inner, writer, `${indent}  `)},\n`)
            .join('')}${indent}})`,
        ];
  const parts = [...block('t.type', required), ...block('t.partial', optional)];
  if (properties.length === 0)
    parts.push(typeof rest === 'object' ? `t.record(t.string, ${emitCodec(rest, writer, indent)})` : 't.UnknownRecord');
  else if (typeof rest === 'object') parts.push('t.UnknownRecord');
  const hidden = required.filter((property) => takesUndefined(property.shape, writer.behind));
  const count = 'Object.keys(value).length';
  const tests = [...bounds(count, minProperties, maxProperties)];
  if (hidden.length > 0) {
    writer.use('present');
    tests.push(`present(value, ${names(hidden)})`);
  }
  if (rest === false) {
    writer.use('closed');
    tests.push(`closed(value, ${names(properties)})`);
  } else if (typeof rest === 'object' && properties.length > 0) {
    writer.use('further');
    tests.push(`further(value, ${names(properties)}, ${emitCodec(rest, writer, indent)})`);
  }
  const words = defined({
    minProperties,
    maxProperties,
    required: hidden.length > 0 ? required.map(({ name }) => name) : undefined,
    ...restWords(shape, parts.length > 1, writer.behind),
  });
  return where(writer, intersection(parts), words, tests);
}

/** io-ts takes up to five members. */
const intersection = (parts: readonly string[]): string => {
  const [first = 't.unknown'] = parts;
  if (parts.length <= 1) return first;
  if (parts.length <= 5) return `t.intersection([${parts.join(', ')}])`;
  return `t.intersection([${parts.slice(0, 4).join(', ')}, ${intersection(parts.slice(4))}])`;
};

function emitArray({ items, minItems, maxItems, uniqueItems }: ArrayShape, writer: CodecWriter, indent: string): string {
  if (uniqueItems) writer.use('unique');
  const tests = [...bounds('value.length', minItems, maxItems), ...(uniqueItems ? ['unique(value)'] : [])];
  const words = defined({ minItems, maxItems, uniqueItems });
  return where(writer, `t.readonlyArray(${emitCodec(items, writer, indent)})`, words, tests);
}

function emitUnion({ members, exclusive }: UnionShape, writer: CodecWriter, indent: string): string {
  const all = members.map((one) => emitCodec(one, writer, indent));
  const codecs = [...new Set(all)];
  const [first = 't.never'] = codecs;
  const codec = codecs.length === 1 ? first : `t.union([${codecs.join(', ')}])`;
  if (!exclusive || areDisjoint(members, writer.behind)) return codec;
  writer.use('only');
  return where(writer, codec, { 'x-exclusive': codecs.length === all.length }, [`only(value, [${all.join(', ')}])`]);
}

const simple: Readonly<Record<string, string>> = {
  unknown: 't.unknown',
  nothing: 't.never',
  absent: 't.undefined',
  null: 't.null',
  boolean: 't.boolean',
};

/** The io-ts codec of a shape, as text: it takes exactly what the shape says. */
export function emitCodec(shape: Shape, writer: CodecWriter, indent = ''): string {
  switch (shape.kind) {
    case 'literal':
      return `t.literal(${typeof shape.value === 'string' ? quoted(shape.value) : String(shape.value)})`;
    case 'string':
      return emitString(shape, writer);
    case 'number':
      return emitNumber(shape, writer);
    case 'object':
      return emitObject(shape, writer, indent);
    case 'array':
      return emitArray(shape, writer, indent);
    case 'tuple': {
      const items = shape.items.map((item) => emitCodec(item, writer, indent));
      const { length } = items;
      // A tuple of io-ts cuts off what is more, and takes `undefined` for what is less.
      const exact = where(writer, 't.UnknownArray', { minItems: length, maxItems: length }, [`value.length === ${length}`]);
      return `t.intersection([${exact}, t.tuple([${items.join(', ')}])])`;
    }
    case 'union':
      return emitUnion(shape, writer, indent);
    case 'intersection':
      return intersection(shape.members.map((one) => emitCodec(one, writer, indent)));
    case 'named':
      return writer.refer(shape.name);
    default:
      return simple[shape.kind] ?? 't.never';
  }
}
