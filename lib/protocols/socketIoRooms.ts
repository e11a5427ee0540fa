import type { MessageId, SubscribeMessage } from './message.js';
import type { Encoded, Frame } from './protocol.js';
import { eventType } from './socketIoPacket.js';
import type { SocketIoAsk, SocketIoTopics } from './socketIoTopics.js';

/** The topics that a gateway is asked for on one session. */
export interface SocketIoRooms {
  /** The subscribes that stand, by their ids. */
  readonly asked: Map<MessageId, SubscribeMessage>;
  /** Asks for a topic. One that nobody is asked for is confirmed at once. Throws what cannot be asked. */
  join(message: SubscribeMessage): readonly Frame[] | Encoded;
  /** Gives it up. */
  leave(id: MessageId): readonly Frame[] | undefined;
}

/** Nothing is asked for yet. `write` makes the frames of a packet. */
export function socketIoRooms(
  { subscribe, unsubscribe }: SocketIoTopics,
  write: (type: number, data?: unknown, id?: MessageId) => readonly Frame[],
): SocketIoRooms {
  const asked = new Map<MessageId, SubscribeMessage>();
  /** The frames of the event that asks for a topic, or gives it up. */
  const say = (asks: SocketIoAsk | undefined, { topic, params }: SubscribeMessage, id?: MessageId) => {
    const call =
      typeof asks === 'function' ? asks(topic, params) : asks && (params === undefined ? [asks, topic] : [asks, topic, params]);
    return call ? write(eventType, call, id) : undefined;
  };
  return {
    asked,
    join(message) {
      const { id, topic, params } = message;
      const frames = say(subscribe, message, id);
      if (frames) asked.set(id, message);
      else if (params !== undefined) throw new TypeError('A topic that is not asked for has no params');
      return frames ?? { frames: [], answers: [{ kind: 'confirmation', id, topic }] };
    },
    leave(id) {
      const message = asked.get(id);
      asked.delete(id);
      if (!message) return undefined;
      const frames = say(unsubscribe, message);
      const isSame = (other: SubscribeMessage) =>
        other.topic === message.topic && String(say(unsubscribe, other)) === String(frames);
      // What is given up in the same words is one room of the gateway's, and stays for the other topic.
      return [...asked.values()].some(isSame) ? undefined : frames;
    },
  };
}
