import type { Any } from 'io-ts';
import { checkFunction } from '../../options/check.js';
import { createComposer } from '../createComposer.js';
import { checkType, withDecode, withRun } from '../withRun.js';
import { createGenerator } from './createGenerator.js';
import { evaluate } from './evaluate.js';

/** What `generateDecoder` may be told. */
export interface GenerateOptions {
  /**
   * Called with the error where code may not be made of strings (a Content-Security-Policy, or a flag of Node). The decoder is then that of
   * `compileDecoder`. Without it, the error is thrown.
   */
  readonly onForbidden?: (error: Error) => void;
}

/**
 * What `compileDecoder` gives, in a tenth of the time of `decode` or less, by code that is generated for the type. That takes
 * `new Function`, which pages with a strict Content-Security-Policy forbid: it is meant for Node. Values, errors and what is called as it
 * is are the same as there. Nothing of a value that is decoded gets into the code; of a type, the names of fields and the texts of
 * literals do, as JSON strings. Some of it is made when an object first loses fields, for at most 16 orders of keys per type.
 *
 * Throws an Error, with the engine's own in `cause`, where code may not be generated, unless `onForbidden` is given; and a TypeError unless
 * `codec` is a type of io-ts.
 *
 * @example
 * const Order = generateDecoder(t.strict({ symbol: NonEmptyString, quantity: intInRange(1, 1_000) }));
 */
export function generateDecoder<C extends Any>(codec: C, { onForbidden }: GenerateOptions = {}): C {
  checkType('generateDecoder', codec);
  if (onForbidden !== undefined) checkFunction('generateDecoder', 'onForbidden', onForbidden);
  try {
    evaluate({ text: '0', used: [] });
  } catch (cause) {
    const error = new Error('generateDecoder: this runtime forbids code made of strings; compileDecoder needs none', { cause });
    if (!onForbidden) throw error;
    onForbidden(error);
    return withRun(codec, createComposer()(codec));
  }
  const decode = (value: unknown): unknown => codec.decode(value);
  return withDecode(codec, createGenerator(evaluate)(codec, decode));
}
