import { expect } from 'chai';
import type { Any } from 'io-ts';
import type { Run } from '../../lib/io-ts/refused.js';
import { expectSameVerdict } from './sameDecoding.js';

/** Checks a run against the type that it is to do the work of, value by value. At least one is refused, and one is taken. */
export function expectVerdicts(type: Any, run: Run, values: readonly unknown[]): void {
  const tags = new Set(values.map((value) => type.decode(value)._tag));
  expect([...tags].sort()).to.deep.equal(['Left', 'Right']);
  for (const value of values) expectSameVerdict(type, run, value);
}
