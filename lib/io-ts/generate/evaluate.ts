import type { Run } from '../refused.js';

/** The text of a function as an expression, and the values that it uses. */
export interface Generated {
  readonly text: string;
  readonly used: readonly unknown[];
}

export type Evaluate = (code: Generated) => Run;

/** Makes a function of generated code. Throws an EvalError where that is forbidden. */
export function evaluate({ text, used }: Generated): Run {
  const names = used.map((_value, index) => `r${index}`);
  return (new Function(...names, `'use strict';\nreturn ${text};`) as (...values: readonly unknown[]) => Run)(...used);
}
