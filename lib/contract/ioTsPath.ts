import type { IoTsIssue } from './payloadCodec.js';

/** What is known of a type of io-ts without its library. */
interface Tagged {
  readonly _tag?: string;
  readonly type?: Tagged;
}

/** Types that stand around another one and give it no key of its own. (An `ArrayType` has a `type` too.) */
const wrappers = new Set(['ExactType', 'ReadonlyType', 'RefinementType', 'RecursiveType']);

const givesNumbers = (type: Tagged | undefined): boolean => {
  let inner = type;
  while (inner?._tag && wrappers.has(inner._tag)) inner = inner.type;
  return inner?._tag === 'UnionType' || inner?._tag === 'IntersectionType';
};

/** The path of what a type of io-ts refused. The members of a union or intersection are numbered in its context, and are no part of a path. */
export const ioTsPath = ({ context }: IoTsIssue): readonly string[] =>
  context.slice(1).flatMap(({ key }, index) => (givesNumbers(context[index]?.type as Tagged | undefined) ? [] : [key]));
