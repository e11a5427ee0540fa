import { AuthenticationError } from 'rxgate';
import { type Codec, commandNotify, type Frame, type Greeting, type Message, type Protocol } from 'rxgate/protocols';
import type { ContractGateway, ProtocolSubject } from 'rxgate/testing';

const native = commandNotify();

/** Asks who the gateway is, answers its question, and says goodbye. */
const greeting: Greeting = {
  open: (credentials) => [JSON.stringify({ type: 'HELLO', credentials })],
  accept: (message) => {
    const body = (message as { readonly body?: { readonly type?: unknown } }).body;
    if (body?.type === 'QUESTION') return { send: ['{"type":"ANSWER"}'] };
    if (body?.type === 'GO AWAY') return { refused: new AuthenticationError('The gateway does not want us') };
    return body?.type === 'WELCOME' ? { opened: body } : 'wait';
  },
};

/** The items of a frame that is a list, or the frame. */
const itemsOf = (frame: Frame): readonly Frame[] => {
  if (typeof frame !== 'string' || !frame.startsWith('[{')) return [frame];
  return (JSON.parse(frame) as unknown[]).map((item) => JSON.stringify(item));
};

/** The native protocol, with batches, a greeting of two steps and a farewell: it can do whatever the suite asks for. */
export const completeProtocol = (): Protocol => ({
  ...native,
  name: 'complete',
  client: () => {
    const codec = native.client();
    return {
      ...codec,
      decode: (frame) => itemsOf(frame).flatMap((item) => codec.decode(item)),
      greeting,
      farewell: () => ['{"type":"BYE"}'],
    };
  },
});

/** Its gateway, which reads nothing before the greeting is over. */
export const completeGateway = (): ContractGateway => {
  const codec = (native.server as () => Codec)();
  let welcome = false;
  return {
    encode: (message) => codec.encode(message),
    decode: (frame) => {
      const message = codec.decode(frame) as Message;
      return welcome ? message : { kind: 'malformed', error: new AuthenticationError('Say hello first') };
    },
    greet: (frame) => {
      if (String(frame).startsWith('{"type":"HELLO"')) return ['{"type":"QUESTION"}'];
      if (frame !== '{"type":"ANSWER"}') return undefined;
      welcome = true;
      return ['{"type":"WELCOME"}'];
    },
    refuse: ['{"type":"GO AWAY"}'],
  };
};

/** What the suite is to know of it. */
export const completeSubject = {
  protocol: completeProtocol,
  gateway: completeGateway,
  credentials: 'me',
  malformed: ['{"', new Uint8Array([0xff, 0xfe]), '{"type":"RESPONSE"}', '{"type":"NOTIFY","topic":7}'],
  unknown: ['{"type":"NEWS"}', '{}'],
  batch: { join: (frames) => `[${frames.join()}]`, bad: '{"type":7}' },
} satisfies ProtocolSubject;
