import { isRecord } from '../options/check.js';
import type { ContractTopic } from './topicFinder.js';
import { type Validated, validatePayload } from './validatePayload.js';

const isNumber = (text: string): boolean => String(Number(text)) === text;

/**
 * Checks and decodes the params of a topic: those of its name, and `rest`. In a name all values are text; where the codec refuses the text of a number,
 * it is asked with the number. Throws a TypeError for a codec that takes its time.
 */
export function decodeParams(
  { template, codecs }: ContractTopic,
  named: Readonly<Record<string, string>>,
  rest: unknown,
): Validated<unknown> {
  const { params: codec } = codecs;
  if (!codec) return { valid: true, value: named };
  const keys = Object.keys(named);
  const judge = (values: Readonly<Record<string, unknown>>): Validated<unknown> => {
    const all = keys.length > 0 ? { ...values, ...(isRecord(rest) && rest) } : rest;
    const result = validatePayload(codec, template, all);
    if (!('then' in result)) return result;
    result.catch(() => undefined);
    throw new TypeError(`contract: the codec of the params of "${template}" must answer at once`);
  };
  const first = judge(named);
  if (first.valid) return first;
  const { paths } = first.error;
  const numbers = keys.filter((key) => isNumber(named[key] ?? '') && (paths.includes(key) || paths.includes('$')));
  return numbers.length > 0 ? judge({ ...named, ...Object.fromEntries(numbers.map((key) => [key, Number(named[key])])) }) : first;
}
