import { ConnectionLostError, GatewayClosedError, MalformedMessageError } from '../errors/gatewayErrors.js';
import type { GatewayEvent } from '../events/gatewayEvent.js';
import type { Message } from '../protocols/message.js';
import type { Codec, Frame } from '../protocols/protocol.js';
import type { SessionSetup } from './createSession.js';

/** What an event says a message is about. */
export const nameOf = (message: Message): string | undefined =>
  'command' in message ? message.command : 'topic' in message ? message.topic : undefined;

const isFrame = (value: unknown): value is Frame => typeof value === 'string' || value instanceof Uint8Array;

/** Encodes a message; what cannot be encoded is the sender's error. */
const encode = (codec: Codec, message: Message): readonly Frame[] => {
  try {
    const encoded = codec.encode(message);
    const frames = encoded === undefined ? [] : isFrame(encoded) ? [encoded] : encoded;
    // A socket that throws on a frame would be left half dead by WebSocketSubject.
    if (!frames.every(isFrame)) throw new TypeError('The codec gave a frame that is neither string nor bytes');
    return frames;
  } catch (cause) {
    const what = nameOf(message) ?? message.kind;
    throw new MalformedMessageError('out', `The data of "${what}" cannot be encoded: see the cause`, { cause });
  }
};

/** How messages leave a session. */
export interface Outbound {
  /** Throws what cannot be sent. */
  transmit(message: Message): void;
  /** Sends where it can, and never throws. */
  tell(message: Message): void;
}

/** The sending half of a session. `sent` is told after each message. */
export function createOutbound(
  { id, codec, socket, counters, events }: SessionSetup,
  session: { isOpen(): boolean; isClosing(): boolean; report(event: GatewayEvent): void; sent(): void },
): Outbound {
  const transmit = (message: Message): void => {
    if (!session.isOpen())
      throw session.isClosing() ? new GatewayClosedError() : new ConnectionLostError(1006, 'no session is open', false);
    for (const frame of encode(codec, message)) {
      counters.bytesOut += frame.length;
      socket.write(frame);
    }
    counters.messagesOut++;
    session.sent();
    if (events?.observed) session.report({ type: 'sent', session: id, kind: message.kind, name: nameOf(message) });
  };
  return {
    transmit,
    tell(message) {
      if (!session.isOpen()) return;
      try {
        transmit(message);
      } catch (cause) {
        session.report({ type: 'hookFailed', hook: 'encode', cause });
      }
    },
  };
}
