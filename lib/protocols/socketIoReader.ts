import { MalformedMessageError } from '../errors/gatewayErrors.js';
import { isText } from './fields.js';
import type { Message } from './message.js';
import type { Frame } from './protocol.js';
import { parseJson, readSocketIoPacket, type SocketIoHead, type SocketIoPacket } from './socketIoPacket.js';

/** What the gateway says of the connection as soon as there is one. */
export interface SocketIoOpen {
  /** Ms between two pings of the gateway, and how much longer one may take. */
  readonly pingInterval: number;
  readonly pingTimeout: number;
  /** How many bytes the gateway takes in one frame. */
  readonly maxPayload?: number | undefined;
}

const isTime = (value: unknown): boolean => typeof value === 'number' && value > 0 && value < 2 ** 31;

const readOpen = (text: string): SocketIoOpen => {
  const open = parseJson(text) as SocketIoOpen | null | undefined;
  if ([open?.pingInterval, open?.pingTimeout].every(isTime)) return open as SocketIoOpen;
  throw new TypeError('A frame is no packet of Engine.IO');
};

/**
 * Makes the `decode` of one session: Engine.IO 4, with the packets of Socket.IO in it, which wait for their attachments, and are then taken
 * by `onPacket`. The {@link SocketIoOpen} is a message of kind `other`.
 */
export function socketIoReader(
  maxAttachments: number,
  onPacket: (packet: SocketIoPacket) => Message,
): (frame: Frame) => Message | readonly Message[] {
  /** Of the packet that lacks attachments. */
  let head: SocketIoHead | undefined;
  let attachments: Uint8Array[] = [];

  const malformed = (text: string): Message => ({ kind: 'malformed', error: new MalformedMessageError('in', text) });
  const read = (frame: Frame): Message | readonly Message[] => {
    switch (frame) {
      case '1':
        return { kind: 'closed', reason: 'closed by Engine.IO', retryable: true };
      case '2':
        return { kind: 'ping' };
      case '6':
        return { kind: 'other', body: frame };
    }
    if (isText(frame)) {
      if (frame.startsWith('0')) return { kind: 'other', body: readOpen(frame.slice(1)) };
      head = readSocketIoPacket(frame, maxAttachments);
      attachments = [];
    } else if (head) attachments.push(frame);
    if (!head) throw new TypeError('Bytes belong to no packet');
    const { count, complete } = head;
    if (attachments.length < count) return [];
    head = undefined;
    return onPacket(complete(attachments));
  };
  return (frame) => {
    // Whatever was to come of the last packet, another one begins.
    const isLost = head && isText(frame) && frame.startsWith('4');
    if (isLost) head = undefined;
    let messages: Message | readonly Message[];
    try {
      messages = read(frame);
    } catch (problem) {
      messages = malformed((problem as Error).message);
    }
    return isLost ? [malformed('A packet lacks attachments')].concat(messages) : messages;
  };
}
