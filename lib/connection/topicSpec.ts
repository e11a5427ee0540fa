import { expandTopic } from '../contract/expandTopic.js';
import { checkCount, checkDuration, checkName, isRecord } from '../options/check.js';
import { readOptions } from '../options/readOptions.js';
import type { TopicOptions, TopicParams } from './session.js';

/** A topic as it was asked for, checked. */
export interface TopicSpec {
  /** What subscribers share: the concrete name and the remaining parameters, in canonical order. */
  readonly key: string;
  readonly name: string;
  /** The parameters of the next wire subscription. */
  params(): unknown;
  readonly replay: number;
  readonly linger: number;
}

/** JSON with the keys of objects in order, so that equal parameters give equal keys. */
export const canonicalJson = (params: unknown): string => {
  try {
    return JSON.stringify(params, (_key, inner: unknown) =>
      isRecord(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
    );
  } catch (cause) {
    throw new TypeError('topic: params cannot be written as JSON: see the cause', { cause });
  }
};

const read = (options: TopicOptions) =>
  readOptions('topic', options, { replay: [checkCount, 0, { max: 1 }], linger: [checkDuration, 0] });

// Once for all: most topics have no options, and many have no parameters.
const defaults = /* @__PURE__ */ read({});
const noParams = (): undefined => undefined;

/** Checks a topic at the call; throws an error that names the option. A `params` function is called here, for the key. */
export function checkTopic(template: string, params?: TopicParams, options?: TopicOptions): TopicSpec {
  checkName('topic', 'name', template);
  const { replay, linger } = options === undefined ? defaults : read(options);
  const expand = () => expandTopic(template, typeof params === 'function' ? (params as () => unknown)() : params);
  const { name, rest } = params === undefined && !template.includes('{') ? { name: template, rest: undefined } : expand();
  return {
    key: rest === undefined ? name : `${name} ${canonicalJson(rest)}`,
    name,
    params: typeof params === 'function' ? () => expand().rest : rest === undefined ? noParams : () => rest,
    replay,
    linger,
  };
}
