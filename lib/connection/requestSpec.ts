import { checkAbortSignal, checkDuration, checkFlag, checkFunction, checkName, checkOneOf } from '../options/check.js';
import { readOptions } from '../options/readOptions.js';
import type { RequestOptions } from './session.js';

/** Milliseconds that a request or a waiting send may take, unless it says otherwise. */
export const defaultRequestTimeout = 10_000;

const checkKey = (owner: string, name: string, value: boolean | string): boolean | string =>
  typeof value === 'boolean' ? value : checkName(owner, name, value);

const read = (kind: 'request' | 'send', options: RequestOptions) =>
  readOptions(kind, options, {
    timeout: [checkDuration, defaultRequestTimeout, { min: 1, infinite: true }],
    whileDisconnected: [checkOneOf, 'wait', ['wait', 'fail']],
    signal: [checkAbortSignal],
    stream: [checkFlag, false],
    idempotent: [checkKey, false],
    random: [checkFunction, Math.random],
  });

// Once for all: most requests have no options, and a table that is read for each costs more than the request itself.
const defaults = /* @__PURE__ */ read('request', {});

/** A request or a send as it was asked for, checked: each subscription makes a `Waiting` of it. */
export interface RequestSpec {
  readonly kind: 'request' | 'send';
  readonly command: string;
  readonly data: unknown;
  readonly options: typeof defaults;
}

/** Checks a request or a send at the call; throws an error that names the option. */
export function requestSpec(kind: 'request' | 'send', command: string, data: unknown, given?: RequestOptions): RequestSpec {
  const options = given === undefined ? defaults : read(kind, given);
  if (options.stream && options.idempotent) throw new TypeError('request: idempotent cannot go with stream');
  return { kind, command: checkName(kind, 'command', command), data, options };
}
