import { jsonRpc, jsonRpcEvents, type JsonRpcOptions, jsonRpcSubscriptions, type Message } from 'rxgate/protocols';
import { type ContractGateway, describeProtocol, type ProtocolSubject } from 'rxgate/testing';

type Body = Readonly<Record<string, unknown>>;

/** Answers that a gateway of topics has, and the server of this library not. */
interface Dialect {
  /** What a request asks for; nothing if it is a request as any. */
  hear(body: Body, params: readonly unknown[]): Message | undefined;
  granted(topic: string): unknown;
  told(topic: string, data: unknown): Body;
}

const version = { jsonrpc: '2.0' };

/** The gateway's side: the server of this library, and a dialect for its topics. */
const gatewayOf =
  (options: JsonRpcOptions, dialect?: Dialect): (() => ContractGateway) =>
  () => {
    const server = jsonRpc(options).server?.();
    if (!server) throw new Error('jsonRpc has no server side');
    const asked = new Map<unknown, string>();
    const hear = (message: Message, frame: string): Message => {
      if (message.kind === 'send' && message.command === '$/cancelRequest')
        return { kind: 'cancel', ...(message.data as { id: number }) };
      const heard = message.kind === 'request' && dialect?.hear(JSON.parse(frame) as Body, message.data as readonly unknown[]);
      if (!heard) return message;
      if (heard.kind === 'subscribe') asked.set(heard.id, heard.topic);
      return heard;
    };
    return {
      decode: (frame) => {
        const heard = server.decode(frame);
        return 'kind' in heard ? hear(heard, frame as string) : heard;
      },
      encode: (message) => {
        if (message.kind === 'confirmation')
          return JSON.stringify({ ...version, id: message.id, result: dialect?.granted(asked.get(message.id) ?? '') });
        if (message.kind === 'notification' && dialect) return JSON.stringify(dialect.told(message.topic, message.data));
        return server.encode(message.kind === 'refusal' ? { ...message, kind: 'failure' } : message);
      },
    };
  };

const frames: Pick<ProtocolSubject, 'malformed' | 'unknown' | 'batch' | 'code'> = {
  code: -32050,
  malformed: ['{"', '7', '[]', '{"id":{},"result":1}', '{"id":1e400,"result":1}', '{"method":7}', new Uint8Array([0xff, 0xfe])],
  unknown: ['{}', '{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"Parse error"}}', '{"stream":"a","data":1}'],
  batch: { join: (items) => `[${items.join()}]`, bad: '{"id":[],"result":1}' },
};
const always = {
  stream: 'a request has one reply',
  ended: 'a gateway has no word for the end of a topic',
};

const events: Dialect = {
  hear: ({ id, method }, params) => {
    const topic = params[0] as string;
    if (method === 'rpc.on') return { kind: 'subscribe', id: id as number, key: topic, topic };
    return method === 'rpc.off' ? { kind: 'unsubscribe', id: id as number, topic } : undefined;
  },
  granted: (topic) => ({ [topic]: 'ok' }),
  told: (topic, data) => ({ notification: topic, params: data }),
};

const nameOf = (topic: string): string => `0x${Buffer.from(topic).toString('hex')}`;
const subscriptions: Dialect = {
  hear: ({ id, method }, params) => {
    const topic = params[0] as string;
    if (method === 'eth_subscribe') return { kind: 'subscribe', id: id as number, key: 'k', topic, params: params[1] };
    if (method !== 'eth_unsubscribe') return undefined;
    return { kind: 'unsubscribe', id: id as number, topic: Buffer.from(topic.slice(2), 'hex').toString() };
  },
  granted: nameOf,
  told: (topic, result) => ({ ...version, method: 'eth_subscription', params: { subscription: nameOf(topic), result } }),
};
const ethereum = jsonRpcSubscriptions({ subscribe: 'eth_subscribe', unsubscribe: 'eth_unsubscribe' });

const subjects: Readonly<Record<string, ProtocolSubject>> = {
  'whose topics are methods': {
    protocol: () => jsonRpc(),
    gateway: gatewayOf({}),
    cannot: { ...always, subscribe: 'the gateway notifies unasked', cancel: 'there is no method for it' },
  },
  'without its version, with a scope, and with a method to cancel by': {
    protocol: () => jsonRpc({ jsonrpc: false, scope: 'sessionId', cancel: (id) => ['$/cancelRequest', { id }] }),
    gateway: gatewayOf({ jsonrpc: false, scope: 'sessionId' }),
    command: 'A1/echo',
    topics: ['A1/news', 'A2/news'],
    cannot: { ...always, subscribe: 'the gateway notifies unasked' },
  },
  'whose topics are events of rpc-websockets': {
    protocol: () => jsonRpc({ topics: jsonRpcEvents() }),
    gateway: gatewayOf({}, events),
    cannot: { ...always, params: 'an event has none', cancel: 'there is no method for it' },
  },
  'whose topics are subscriptions that the gateway names': {
    protocol: () => jsonRpc({ topics: ethereum }),
    gateway: gatewayOf({}, subscriptions),
    cannot: { ...always, cancel: 'there is no method for it' },
  },
};

for (const [name, subject] of Object.entries(subjects))
  describe(`jsonRpc, ${name}`, () => {
    describeProtocol({ ...frames, ...subject });
  });
