import { graphqlTransportWs } from 'rxgate/protocols';
import { type ContractGateway, describeProtocol } from 'rxgate/testing';

const command = 'query ($text: String) { echo(text: $text) }';
const topics = { news: 'subscription { news }', sport: 'subscription { sport }' };

/** What a frame of the client may say. */
interface Asked {
  readonly type: string;
  readonly id?: string;
  readonly payload?: { readonly query: string; readonly variables?: object };
}

/** What a server of the subprotocol says and hears; it knows which operation is a topic. */
const gateway = (): ContractGateway => {
  const topicOf = new Map<string, string>();
  const say = (type: string, id?: unknown, payload?: unknown) =>
    JSON.stringify({ type, id: id === undefined ? id : `${id as number}`, payload });
  const idOf = (topic: string) => [...topicOf].find(([, each]) => each === topic)?.[0];
  return {
    greet: (frame) => (String(frame).includes('"connection_init"') ? ['{"type":"connection_ack"}'] : undefined),
    refuse: 4403,
    decode: (frame) => {
      const { type, id = '', payload: { query, variables } = { query: '' } } = JSON.parse(String(frame)) as Asked;
      if (type === 'ping' || type === 'pong') return { kind: type };
      const topic = topicOf.get(id) ?? Object.entries(topics).find(([, document]) => document === query)?.[0];
      if (type === 'complete') {
        topicOf.delete(id);
        return topic ? { kind: 'unsubscribe', id: Number(id), topic } : { kind: 'cancel', id: Number(id) };
      }
      if (!topic && id.startsWith('send')) return { kind: 'send', command: query, data: variables };
      if (!topic) return { kind: 'request', id: Number(id), command: query, data: variables };
      topicOf.set(id, topic);
      const params = Object.keys(variables ?? {}).length > 0 ? { params: variables } : {};
      return { kind: 'subscribe', id: Number(id), key: topic, topic, ...params };
    },
    encode: (message) => {
      switch (message.kind) {
        case 'reply': {
          const { id, data, last } = message;
          return [...(data === undefined ? [] : [say('next', id, { data })]), ...(last ? [say('complete', id)] : [])];
        }
        case 'failure':
        case 'refusal':
          return say('error', message.id, [{ message: message.message, extensions: { code: message.code } }]);
        case 'notification':
          return say('next', idOf(message.topic), { data: message.data });
        case 'ended':
          return say('complete', idOf(message.topic));
        case 'ping':
        case 'pong':
          return say(message.kind);
        default:
          return undefined;
      }
    },
  };
};

describeProtocol({
  protocol: () => graphqlTransportWs({ topics }),
  gateway,
  command,
  malformed: [
    '{"',
    '[]',
    'null',
    '{"type":7}',
    '{"type":"next","payload":{}}',
    '{"type":"next","id":1,"payload":{}}',
    '{"type":"next","id":"1","payload":7}',
    '{"type":"complete"}',
    new Uint8Array([0xff, 0xfe]),
  ],
  unknown: ['{"type":"ka"}'],
  cannot: {
    numberIds: 'a gateway asks nothing',
    stringIds: 'a gateway asks nothing',
    confirmation: 'the wire has no word for it',
    batch: 'a frame is one message',
  },
});
