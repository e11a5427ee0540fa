import { isRecord } from '../options/check.js';

const sorted = (_key: string, value: unknown): unknown => {
  if (value === null) return '';
  return isRecord(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value;
};

/**
 * Names a topic by its route and its params as compact JSON with sorted keys, for the option `topicName` of `typedTopics()`. It is JSON as
 * gateways in Python write it: what is not ASCII is escaped, and `null` is an empty text.
 *
 * @example
 * jsonTopicName('bars', { symbol: 'AAPL', resolution: '1' }); // 'bars:{"resolution":"1","symbol":"AAPL"}'
 */
export const jsonTopicName = (route: string, params: Readonly<Record<string, unknown>>): string =>
  `${route}:${JSON.stringify(params, sorted).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)}`;
