import { expandTopic } from '../contract/topicTemplate.js';
import { checkDuration, checkName } from '../options/check.js';
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
      typeof inner === 'object' && inner !== null && !Array.isArray(inner)
        ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
        : inner,
    );
  } catch (cause) {
    throw new TypeError('topic: params cannot be written as JSON: see the cause', { cause });
  }
};

/** Checks a topic at the call; throws an error that names the option. A `params` function is called here, for the key. */
export function checkTopic(template: string, params: TopicParams | undefined, options: TopicOptions = {}): TopicSpec {
  const { replay = 0, linger = 0 } = options;
  checkName('topic', 'name', template);
  if (![0, 1].includes(replay)) throw new RangeError(`topic: replay must be 0 or 1, not ${String(replay)}`);
  checkDuration('topic', 'linger', linger);
  const current = (): unknown => (typeof params === 'function' ? (params as () => unknown)() : params);
  const { name, rest } = expandTopic(template, current());
  return {
    key: rest === undefined ? name : `${name} ${canonicalJson(rest)}`,
    name,
    params: () => (typeof params === 'function' ? expandTopic(template, current()).rest : rest),
    replay,
    linger,
  };
}
