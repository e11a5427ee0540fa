import type { Any } from 'io-ts';
import { isWhole } from '../part.js';
import type { Shape } from '../shape.js';
import { type Draft, literalText } from './draft.js';

/** What is checked in one expression: the expression, and what {@link Written} says of the result, which is the value. */
export interface Test {
  readonly text: string;
  readonly same: boolean;
  readonly optional: boolean;
}

/** Beyond that, a look-up in the object of keys is shorter. */
const mostKeys = 8;

export const recordTest = (value: string): string =>
  `${value} !== null && typeof ${value} === 'object' && !Array.isArray(${value})`;

const leafTest = (tag: (Shape & { form: 'leaf' })['tag'], value: string): string => {
  switch (tag) {
    case 'AnyArrayType':
      return `Array.isArray(${value})`;
    case 'AnyDictionaryType':
      return `(${recordTest(value)})`;
    case 'AnyType':
    case 'UnknownType':
      return 'true';
    case 'NeverType':
      return 'false';
    case 'NullType':
      return `${value} === null`;
    case 'UndefinedType':
    case 'VoidType':
      return `${value} === undefined`;
    case 'ObjectType':
      return `(${value} !== null && typeof ${value} === 'object')`;
    default:
      return `typeof ${value} === '${tag.slice(0, -'Type'.length).toLowerCase()}'`;
  }
};

/** The test of a type that leaves every value as it is; `undefined` for others. */
export function testOf(
  shape: Shape,
  value: string,
  { use }: Pick<Draft, 'use'>,
  shapeOf: (type: Any) => Shape,
): Test | undefined {
  switch (shape.form) {
    case 'leaf': {
      const any = shape.tag === 'AnyType' || shape.tag === 'UnknownType';
      return {
        text: leafTest(shape.tag, value),
        same: !any && shape.tag !== 'NumberType',
        optional: any || shape.tag === 'UndefinedType' || shape.tag === 'VoidType',
      };
    }
    case 'refinement': {
      const inner = isWhole(shape.predicate) ? shapeOf(shape.inner) : undefined;
      if (inner?.form !== 'leaf' || inner.tag !== 'NumberType') return undefined;
      return { text: `Number.isInteger(${value})`, same: true, optional: false };
    }
    case 'literal': {
      const text = literalText(shape.value);
      // Of two zeros, io-ts gives that of the literal.
      if (shape.value === 0) return undefined;
      return { text: `${value} === ${text ?? use(shape.value)}`, same: true, optional: shape.value === undefined };
    }
    case 'keyof': {
      const keys = Object.getOwnPropertyNames(shape.keys);
      const text =
        keys.length <= mostKeys && keys.length > 0
          ? `(${keys.map((key) => `${value} === ${JSON.stringify(key)}`).join(' || ')})`
          : `(typeof ${value} === 'string' && Object.hasOwn(${use(shape.keys)}, ${value}))`;
      return { text, same: true, optional: false };
    }
    default:
      return undefined;
  }
}
