/** Schemas of the payloads of a document. */
export interface Parts {
  readonly request?: object | undefined;
  readonly reply?: object | undefined;
  readonly params?: object | undefined;
  readonly data?: object | undefined;
  readonly template?: string;
  readonly schemas?: object;
}

const message = (name: string, payload: object | undefined) => ({ name, ...(payload && { payload }) });
const use = (channel: string, id: string) => ({
  channel: { $ref: `#/channels/${channel}` },
  messages: [{ $ref: `#/channels/${channel}/messages/${id}` }],
});

/** A document with the command `place` and the topic `bars:{symbol}`. */
export const documentOf = ({ request, reply, params, data, template = 'bars:{symbol}', schemas = {} }: Parts) => ({
  asyncapi: '3.0.0',
  info: { title: 'T', version: '1' },
  'x-rxgate-protocol': 'commandNotify',
  channels: {
    connection: { address: null, messages: { place: message('place', request), answer: message('answer', reply) } },
    bars: { address: template, ...(params && { 'x-rxgate-params': params }), messages: { bar: message('bar', data) } },
  },
  operations: {
    place: { action: 'receive', ...use('connection', 'place'), reply: use('connection', 'answer') },
    bars: { action: 'send', ...use('bars', 'bar') },
  },
  components: { schemas },
});

/** A schema of objects. */
export const object = (properties: object, required: readonly string[] = [], more: object = {}) => ({
  type: 'object',
  properties,
  required,
  ...more,
});
