import type { Run } from '../refused.js';
import type { Generated } from './createGenerator.js';

/** Makes a function of generated code. Throws an EvalError where that is forbidden. */
export function evaluate({ text, used }: Generated): Run {
  const names = used.map((_value, index) => `r${index}`);
  return (new Function(...names, `'use strict';\nreturn ${text};`) as (...values: readonly unknown[]) => Run)(...used);
}
