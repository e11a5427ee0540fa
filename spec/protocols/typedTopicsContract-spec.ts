import { jsonTopicName, type Message, typedTopics } from 'rxgate/protocols';
import { type ContractGateway, describeProtocol, type ProtocolSubject } from 'rxgate/testing';

interface Body {
  readonly type: string;
  readonly payload?: unknown;
}

/** How a gateway names the topics of a route. */
type Naming = (route: string, params: Readonly<Record<string, unknown>>) => string;

/** What a gateway says and hears; it knows in which order it was asked, and nothing else tells its answers apart. */
const gatewayOf = (naming: Naming) => (): ContractGateway => {
  const asked = new Map<unknown, { readonly type: string; readonly name?: string }>();
  const ids = new Map<string, number>();
  let last = 0;
  const answer = (id: unknown, payload: unknown): string => JSON.stringify({ type: `${asked.get(id)?.type}.response`, payload });
  return {
    decode: (frame): Message => {
      const { type, payload } = JSON.parse(frame as string) as Body;
      if (type === 'ping') return { kind: 'ping' };
      const id = ++last;
      asked.set(id, { type });
      const [, route, verb] = /^(.*)\.(subscribe|unsubscribe)$/.exec(type) ?? [];
      if (route === undefined) return { kind: 'request', id, command: type, data: payload };
      const params = payload as Readonly<Record<string, unknown>>;
      const name = naming(route, params);
      if (verb === 'unsubscribe') return { kind: 'unsubscribe', id: ids.get(name) ?? 0, topic: route };
      asked.set(id, { type, name });
      ids.set(name, id);
      return { kind: 'subscribe', id, key: name, topic: route, ...(Object.keys(params).length > 0 && { params }) };
    },
    encode: (message) => {
      switch (message.kind) {
        case 'reply':
          return answer(message.id, message.data);
        case 'failure':
        case 'refusal':
          return answer(message.id, { status: 'error', code: message.code, message: message.message });
        case 'confirmation':
          return answer(message.id, { status: 'ok', message: 'Subscribed', topic: asked.get(message.id)?.name });
        case 'notification':
          return JSON.stringify({
            type: `${message.topic}.update`,
            payload: { topic: naming(message.topic, {}), payload: message.data },
          });
        case 'pong':
          return '{"type":"pong"}';
        default:
          return undefined;
      }
    },
  };
};

const cannot = {
  cancel: 'nothing says which request is meant',
  stream: 'a command has one reply',
  numberIds: 'a gateway asks nothing',
  stringIds: 'a gateway asks nothing',
  ended: 'a gateway has no word for the end of a topic',
  pong: 'it is the client that beats',
  batch: 'a frame is one message',
  unknown: 'what nobody asked for is a notification under its type',
};
const unheard = 'there is nothing to ask without a topic';

const colons: Naming = (route, params) => [route, ...Object.values(params)].join(':');
const json: Naming = (route, params) => `${route}:${JSON.stringify(params)}`;
const own: Naming = (route) => `topic of ${route}`;

const subjects: Readonly<Record<string, ProtocolSubject>> = {
  'with a ping': { protocol: () => typedTopics({ ping: 'ping' }), gateway: gatewayOf(colons), cannot },
  'whose topics are named in JSON': {
    protocol: () => typedTopics({ ping: 'ping', topicName: jsonTopicName }),
    gateway: gatewayOf(json),
    cannot,
  },
  'whose gateway has names of its own': {
    protocol: () => typedTopics({ ping: 'ping' }),
    gateway: gatewayOf(own),
    cannot,
  },
  'without a ping': {
    protocol: () => typedTopics(),
    gateway: gatewayOf(colons),
    cannot: { ...cannot, heartbeat: unheard },
  },
};

for (const [name, subject] of Object.entries(subjects))
  describe(`typedTopics, ${name}`, () => {
    describeProtocol({
      malformed: ['{"', '[]', 'null', '7', '{}', '{"type":7}', '{"type":null,"payload":{}}', new Uint8Array([0xff, 0xfe])],
      ...subject,
    });
  });
