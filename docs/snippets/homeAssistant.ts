import { AuthenticationError, MalformedMessageError } from 'rxgate';
import type { Codec, Message, Protocol } from 'rxgate/protocols';

/** The WebSocket API of Home Assistant: commands and event types by name. The `credentials` are an access token. */
export function homeAssistant(): Protocol {
  return { name: 'homeAssistant', url: (url) => new URL('/api/websocket', url).href, client: createCodec };
}

function createCodec(): Codec {
  const asked = new Map<unknown, Message>(); // by the id on the wire, where each message has the next number
  let lastId = 0;
  const write = (type: string, fields: unknown, message: Message): string => {
    if (typeof fields !== 'object') throw new TypeError('The data of a command must be an object');
    const frame = JSON.stringify({ ...fields, id: lastId + 1, type });
    asked.set(++lastId, message);
    return frame;
  };
  const read = (body: Record<string, unknown>): Message | readonly Message[] => {
    const { id, type, success, result: data } = body;
    const about = asked.get(id);
    if (about?.kind === 'subscribe' && type === 'event') return { kind: 'notification', topic: about.topic, data: body.event };
    if (about?.kind === 'subscribe' && success) return { kind: 'confirmation', id: about.id, topic: about.topic };
    asked.delete(id);
    if (about?.kind === 'request' && success) return { kind: 'reply', id: about.id, data, last: true };
    if (about?.kind === 'request' || about?.kind === 'subscribe')
      return { kind: about.kind === 'request' ? 'failure' : 'refusal', id: about.id, code: 'unknown', ...(body.error as object) };
    if (about?.kind === 'ping') return { kind: 'pong', timestamp: about.timestamp };
    return about ? [] : { kind: 'other', body }; // nobody waits for the answer to a send or an unsubscribe
  };
  return {
    encode(message) {
      if (message.kind === 'request' || message.kind === 'send') return write(message.command, message.data ?? {}, message);
      if (message.kind === 'ping') return write('ping', {}, message);
      if (message.kind === 'unsubscribe') {
        const [subscription] = [...asked].find(([, about]) => about.kind === 'subscribe' && about.id === message.id) ?? [];
        asked.delete(subscription);
        return write('unsubscribe_events', { subscription }, message);
      }
      if (message.kind !== 'subscribe') return undefined; // a cancel, which this gateway does not know
      if (message.params !== undefined) throw new TypeError('An event type has no params');
      return write('subscribe_events', { event_type: message.topic }, message);
    },
    decode(frame) {
      try {
        const body = JSON.parse(frame as string) as Record<string, unknown> | null;
        if (typeof body?.type === 'string') return read(body);
      } catch {} // whose error would quote the frame
      return { kind: 'malformed', error: new MalformedMessageError('in', 'A frame is no JSON object with a type') };
    },
    greeting: {
      open: (credentials) => [JSON.stringify({ type: 'auth', access_token: credentials })],
      accept: (message) => {
        const { body = {} } = message as { body?: { type?: unknown } };
        if (body.type === 'auth_invalid') return { refused: new AuthenticationError('Home Assistant refused the token') };
        return body.type === 'auth_ok' ? { opened: body } : 'wait';
      },
    },
  };
}
