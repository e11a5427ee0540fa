import type { Any } from 'io-ts';
import { checkThat, has } from '../options/check.js';
import { readInOrder } from './readInOrder.js';
import { isRefused, type Run } from './refused.js';

/** Throws a TypeError unless `codec` is a type of io-ts. */
export function checkType(owner: string, codec: unknown): void {
  checkThat(owner, 'codec', codec, 'a type of io-ts', has(codec, 'decode') && has(codec, 'validate') && has(codec, 'is'));
}

/** A copy of a type with another `decode`. */
export const withDecode = <C extends Any>(codec: C, decode: (value: unknown) => unknown): C =>
  Object.assign(Object.create(Object.getPrototypeOf(codec) as object), codec, { decode }) as C;

/** A copy of a type whose `decode` asks `run` first. What that refuses, the type itself decodes: so errors are its own. */
export function withRun<C extends Any>(codec: C, run: Run): C {
  const { orders } = run;
  return withDecode(codec, (value) => {
    const result = orders ? readInOrder(orders, value) : run(value);
    return isRefused(result) ? codec.decode(value) : { _tag: 'Right', right: result };
  });
}
