import { describeProtocol, type ContractGateway } from 'rxgate/testing';
import { phoenix, type PhoenixEvent } from 'rxgate/protocols';
import { readPhoenixFrame } from '../../lib/protocols/phoenixFrame.js';

/** What a gateway of channels says and hears; it knows which ref asked for which channel. */
const gateway = (): ContractGateway => {
  const joins = new Map<string, string>();
  const asked = new Map<unknown, string>();
  const reply = (id: unknown, status: string, response: unknown = {}) =>
    JSON.stringify([null, String(id), asked.get(Number(id)), 'phx_reply', { status, response }]);
  return {
    decode: (frame) => {
      const [joinRef, ref, topic, event, payload] = readPhoenixFrame(frame);
      const id = Number(ref);
      asked.set(id, topic);
      if (event === 'heartbeat') {
        joins.set('phoenix', ref ?? '');
        return { kind: 'ping' };
      }
      if (event === 'phx_leave') return { kind: 'unsubscribe', id: Number(joinRef), topic };
      const params = Object.keys(payload).length > 0 ? { params: payload } : {};
      if (event === 'phx_join') {
        joins.set(topic, ref ?? '');
        return { kind: 'subscribe', id, key: topic, topic, ...params };
      }
      const command = `${topic} ${event}`;
      return Number.isNaN(id) ? { kind: 'send', command, data: payload } : { kind: 'request', id, command, data: payload };
    },
    encode: (message) => {
      switch (message.kind) {
        case 'reply':
          return reply(message.id, 'ok', message.data);
        case 'failure':
        case 'refusal':
          return reply(message.id, 'error', { reason: message.code });
        case 'confirmation':
          return reply(message.id, 'ok');
        case 'notification': {
          const { event, payload } = message.data as PhoenixEvent;
          return JSON.stringify([null, null, message.topic, event, payload]);
        }
        case 'ended':
          return JSON.stringify([joins.get(message.topic), null, message.topic, 'phx_close', {}]);
        case 'pong':
          return JSON.stringify([null, joins.get('phoenix'), 'phoenix', 'phx_reply', { status: 'ok', response: {} }]);
        default:
          return undefined;
      }
    },
  };
};

describeProtocol({
  protocol: () => phoenix({ joinEvents: false }),
  gateway,
  command: 'room:1 echo',
  topics: ['room:1', 'room:2'],
  data: (text) => ({ event: 'said', payload: { text } }),
  malformed: [
    '{"',
    '[]',
    '[1,"2","room:1","said",{}]',
    '["1","2",null,"said",{}]',
    '["1","2","room:1","said",7]',
    new Uint8Array([3, 0, 0]),
  ],
  unknown: ['["stale",null,"room:1","said",{}]'],
  cannot: {
    cancel: 'a push cannot be taken back',
    stream: 'a push has one reply',
    numberIds: 'a gateway asks nothing',
    stringIds: 'a gateway asks nothing',
    pong: 'only the client beats',
    batch: 'a frame is one message',
    binary: 'bytes are frames of another form',
  },
});
