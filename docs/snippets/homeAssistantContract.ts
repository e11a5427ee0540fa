import { describeProtocol } from 'rxgate/testing';
import { homeAssistant } from './homeAssistant.js';

// #region contract
describeProtocol({
  protocol: homeAssistant,
  credentials: 'a token',
  command: 'call_service',
  topics: ['state_changed', 'automation_triggered'],
  gateway: () => {
    const ids = new Map<unknown, unknown>(); // of the subscriptions, by event type
    return {
      open: () => ['{"type":"auth_required"}'],
      greet: (frame) => (frame === '{"type":"auth","access_token":"a token"}' ? ['{"type":"auth_ok"}'] : undefined),
      refuse: ['{"type":"auth_required"}', '{"type":"auth_invalid","message":"Invalid access token"}'],
      decode: (frame) => {
        const { id, type, event_type: topic, subscription, ...data } = JSON.parse(String(frame));
        if (type === 'ping') return { kind: 'ping', timestamp: id };
        if (type === 'unsubscribe_events') return { kind: 'unsubscribe', id: subscription, topic: '' };
        if (type !== 'subscribe_events') return { kind: 'request', id, command: type, data };
        ids.set(topic, id);
        return { kind: 'subscribe', id, key: topic, topic };
      },
      encode: (message) => {
        const say = (id: unknown, type: string, more?: object) => JSON.stringify({ id, type, ...more });
        if (message.kind === 'pong') return say(message.timestamp, 'pong');
        if (message.kind === 'notification') return say(ids.get(message.topic), 'event', { event: message.data });
        if (message.kind === 'reply' && message.last) return say(message.id, 'result', { success: true, result: message.data });
        if (message.kind === 'confirmation') return say(message.id, 'result', { success: true, result: null });
        if (message.kind !== 'failure' && message.kind !== 'refusal') return undefined;
        return say(message.id, 'result', { success: false, error: { code: message.code, message: message.message } });
      },
    };
  },
  malformed: ['{"', '[]', 'null', '{"id":1}', '{"id":1,"type":7}', new Uint8Array([0xff, 0xfe])],
  unknown: ['{"type":"zha_event"}', '{"id":4711,"type":"result","success":true}'],
  cannot: {
    cancel: 'there is no such command',
    stream: 'a command has one result',
    numberIds: 'the gateway asks for nothing',
    stringIds: 'the gateway asks for nothing',
    params: 'events are told apart by their type alone',
    ended: 'events go on for ever',
    pong: 'it is the client that pings',
    batch: 'results come one by one, unless the client asks for batches',
    binary: 'frames are text',
  },
});
// #endregion
