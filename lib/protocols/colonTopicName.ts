/**
 * Names a topic by its route and the values of its params, in their order: `bars:AAPL:1`. This is how `typedTopics()` does it unless told
 * otherwise. A value that is an object or a list is compact JSON; `null` and `undefined` are an empty text.
 *
 * @example
 * colonTopicName('bars', { symbol: 'AAPL', resolution: '1' }); // 'bars:AAPL:1'
 */
export const colonTopicName = (route: string, params: Readonly<Record<string, unknown>>): string =>
  [route, ...Object.values(params).map((value) => (Object(value) === value ? JSON.stringify(value) : value))].join(':');
