import { socketIo, type SocketIoOptions } from 'rxgate/protocols';
import { type ContractGateway, describeProtocol, type ProtocolSubject } from 'rxgate/testing';

type List = readonly unknown[];

/** A server, of one namespace, that knows rooms where `joins` says so. It reads text only, and answers under the ids that it is asked with. */
const serverOf = (path: string, joins: boolean) => (): ContractGateway => {
  const say = (type: number, id: unknown, data: unknown): string => `4${type}${path}${String(id)}${JSON.stringify(data)}`;
  const open = '0{"sid":"engine","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}';
  return {
    open: () => [open],
    greet: (frame) => (frame === `40${path}{"token":"secret"}` ? [`40${path}{"sid":"socket"}`] : undefined),
    refuse: [open, `44${path}{"message":"not for you","data":{"code":7}}`],
    decode: (frame) => {
      if (frame === '3') return { kind: 'pong' };
      const text = String(frame);
      if (text === `41${path}`) return undefined;
      const [, type, digits = '', json = ''] = /^4([23])(\d*)(\[.*)$/s.exec(text.replace(path, '')) ?? [];
      const id = Number(digits);
      const [first, ...args] = JSON.parse(json) as List;
      const command = first as string;
      const [data, params] = args;
      if (type === '3') return { kind: 'reply', id, data: first, last: true };
      if (joins && command === 'join')
        return { kind: 'subscribe', id, key: 'k', topic: data as string, ...(params !== undefined && { params }) };
      if (joins && command === 'leave') return { kind: 'unsubscribe', id: 0, topic: data as string };
      return digits ? { kind: 'request', id, command, data } : { kind: 'send', command, data };
    },
    encode: (message) => {
      switch (message.kind) {
        case 'ping':
          return '2';
        case 'request':
          return say(2, message.id, [message.command, message.data]);
        case 'reply':
          return say(3, message.id, [message.data]);
        case 'confirmation':
          return say(3, message.id, ['joined']);
        case 'failure':
        case 'refusal':
          return say(3, message.id, [{ error: { code: message.code, message: message.message } }]);
        case 'notification':
          return say(2, '', [message.topic, message.data]);
        default:
          return undefined;
      }
    },
  };
};

const malformedIn = (path: string): readonly (string | Uint8Array)[] => [
  '',
  'secret',
  '{"',
  '3',
  '7',
  '0',
  '0{"',
  '0null',
  '0{"pingInterval":25000}',
  '0{"pingInterval":25000,"pingTimeout":-1}',
  '0{"pingInterval":1e400,"pingTimeout":20000}',
  '1secret',
  '2probe',
  '4',
  '47',
  '4secret',
  ...[
    ['0', ''],
    ['0', '[]'],
    ['0', '{}'],
    ['0', '{"sid":7}'],
    ['1', '{}'],
    ['2', ''],
    ['2', '7'],
    ['2', '{"'],
    ['2', '[]'],
    ['2', '[null]'],
    ['2', '["connect"]'],
    ['2', '99999999999999999999["news"]'],
    ['21-', '["news"]'],
    ['3', '["no id"]'],
    ['3', '7{}'],
    ['3', '7'],
    ['4', ''],
    ['4', '7'],
    ['5', '["news"]'],
    ['50-', '["news"]'],
    ['51-', '["news",'],
    ['51-', '["news",{"_placeholder":true,"num":1}]'],
    ['51-', '["news",{"_placeholder":true,"num":-1}]'],
    ['51-', '["news",{"_placeholder":true,"num":"length"}]'],
    ['511-', '["news"]'],
    ['61-', '["no id"]'],
  ].map(([head = '', tail = '']) => `4${head}${path}${tail}`),
  new Uint8Array([0xff, 0xfe]),
];

const frames = (path: string) => ({
  malformed: malformedIn(path),
  unknown: ['6', `40${path}{"sid":"again"}`, `44${path}"late"`, '42/elsewhere,["news",1]', '41/elsewhere'],
  credentials: { token: 'secret' },
});

const always = {
  cancel: 'an event cannot be taken back',
  stream: 'an event has one ack',
  stringIds: 'ids of acks are numbers',
  ended: 'there is no word for the end of a topic',
  ping: 'it is the server that pings',
  batch: 'a frame is one packet',
  binary: 'bytes are attachments',
};

const subjects: Readonly<Record<string, SocketIoOptions & Pick<ProtocolSubject, 'cannot'>>> = {
  'whose topics are events': { cannot: { ...always, subscribe: 'a server emits unasked' } },
  'in a namespace': { namespace: '/streaming', cannot: { ...always, subscribe: 'a server emits unasked' } },
  'whose topics are rooms': { topics: { subscribe: 'join', unsubscribe: 'leave' }, cannot: always },
};

for (const [name, { cannot, ...options }] of Object.entries(subjects)) {
  const path = options.namespace ? `${options.namespace},` : '';
  describe(`socketIo, ${name}`, () => {
    describeProtocol({
      ...frames(path),
      protocol: () => socketIo(options),
      gateway: serverOf(path, options.topics !== undefined),
      cannot,
    });
  });
}
