import { sortedJson } from './sortedJson.js';

/**
 * Names a topic by its route and its params as compact JSON with sorted keys, for the option `topicName` of `typedTopics()`. It is JSON as
 * gateways in Python write it: what is not ASCII is escaped, and `null` is an empty text.
 *
 * @example
 * jsonTopicName('bars', { symbol: 'AAPL', resolution: '1' }); // 'bars:{"resolution":"1","symbol":"AAPL"}'
 */
export const jsonTopicName = (route: string, params: Readonly<Record<string, unknown>>): string =>
  `${route}:${sortedJson(params)}`;
