import { stomp } from 'rxgate/protocols';
import { type ContractGateway, describeProtocol } from 'rxgate/testing';

type Headers = Readonly<Record<string, string>>;

const escapes: Headers = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', ':': '\\c' };
const write = (command: string, headers: Readonly<Record<string, unknown>>, body = ''): string => {
  const escape = (text: unknown): string => String(text).replace(/[\\\n\r:]/g, (letter) => escapes[letter] ?? '');
  const lines = Object.entries(headers).map(([name, value]) => `${escape(name)}:${escape(value)}\n`);
  return `${command}\n${lines.join('')}\n${body}\0\n`;
};
/** Reads a frame as the client writes it: one in each message, headers without escapes but for `\c`. */
const read = (frame: string): { readonly command: string; readonly headers: Headers; readonly body: string } => {
  const [, head = '', body = ''] = /^(.*?)\n\n(.*)\0$/s.exec(frame) ?? [];
  const [command = '', ...lines] = head.split('\n');
  const headers = Object.fromEntries(lines.map((line) => line.split(':').map((text) => text.replaceAll('\\c', ':'))));
  return { command, headers: headers as Headers, body };
};

/** A broker that knows which subscription is for which destination. It answers under the ids that it is asked with. */
const broker = (): ContractGateway => {
  const subscriptions = new Map<string, string>();
  const json = { 'content-type': 'application/json' };
  const toReply = { subscription: '/temp-queue/rxgate', destination: '/reply-queue/1', 'message-id': 'm1', ...json };
  return {
    decode: (frame) => {
      if (frame === '\n') return { kind: 'ping' };
      const { command, headers, body } = read(String(frame));
      const { id = '', destination = '', receipt, 'correlation-id': correlation, 'content-length': _, ...params } = headers;
      const data = { command: destination, data: body && (JSON.parse(body) as unknown) };
      switch (command) {
        case 'SUBSCRIBE': {
          subscriptions.set(destination, id);
          const rest = Object.keys(params).length > 0 ? { params } : {};
          return { kind: 'subscribe', id: receipt ?? '', key: destination, topic: destination, ...rest };
        }
        case 'UNSUBSCRIBE':
          return { kind: 'unsubscribe', id, topic: [...subscriptions].find(([, each]) => each === id)?.[0] ?? '' };
        case 'SEND':
          return correlation === undefined ? { kind: 'send', ...data } : { kind: 'request', id: correlation, ...data };
      }
      return { kind: 'other', body: command };
    },
    encode: (message) => {
      switch (message.kind) {
        case 'confirmation':
          return write('RECEIPT', { 'receipt-id': message.id });
        case 'refusal':
          return write('ERROR', { 'receipt-id': message.id, message: message.code }, message.message);
        case 'reply':
          return write('MESSAGE', { ...toReply, 'correlation-id': message.id }, JSON.stringify(message.data));
        case 'failure':
          return write('MESSAGE', { ...toReply, 'correlation-id': message.id, error: message.code }, 'null');
        case 'notification': {
          const subscription = subscriptions.get(message.topic);
          const headers = { subscription, destination: message.topic, 'message-id': 'm2', ...json };
          return write('MESSAGE', headers, JSON.stringify(message.data));
        }
        case 'pong':
          return '\n';
        default:
          return undefined;
      }
    },
    greet: (frame) =>
      String(frame).startsWith('CONNECT\n')
        ? ['CONNECTED\nversion:1.2\nheart-beat:10000,10000\nserver:Spec/1:0\n\n\0\n']
        : undefined,
    refuse: [write('ERROR', { message: 'Bad CONNECT' }, 'Access refused')],
  };
};

const message = (headers: string, body = ''): string => `MESSAGE\n${headers}\n\n${body}\0`;

describeProtocol({
  protocol: () => stomp(),
  gateway: broker,
  command: '/queue/echo',
  topics: ['/topic/news', '/topic/sport:all'],
  credentials: { login: 'ann', passcode: 'secret' },
  malformed: [
    'no blank line\0',
    message('no colon'),
    message('escape:\\t'),
    message('escape:\\'),
    message('content-length:3', 'four'),
    message('content-type:application/json', '{"'),
    message('content-type:application/vnd.x+json; charset=utf-8', 'no'),
    new Uint8Array([0x41, 0x0a, 0xff, 0x3a, 0x0a, 0x0a, 0x00]),
    new Uint8Array([0x41, 0x0a, 0x0a, 0xff, 0x00]),
  ],
  unknown: ['FUTURE\n\n\0', message('subscription:stale'), 'CONNECTED\nversion:1.2\n\n\0'],
  batch: { join: (frames) => frames.join('\n\r\n'), bad: 'bad\0' },
  cannot: {
    cancel: 'a message that was sent cannot be taken back',
    stream: 'nothing says which reply is the last',
    numberIds: 'a broker asks nothing',
    stringIds: 'a broker asks nothing',
    ended: 'a broker that cancels a subscription says so by an ERROR',
    ping: 'beats have no answer',
    pong: 'beats have no answer',
  },
});
