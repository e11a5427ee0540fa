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
 * Makes the `decode` of one session: Engine.IO 4, with the packets of Socket.IO in it, which wait for their attachments. What they say is
 * taken by `onOpen` and `onPacket`.
 */
export function socketIoReader(
  maxAttachments: number,
  onOpen: (open: SocketIoOpen) => Message,
  onPacket: (packet: SocketIoPacket) => Message | readonly Message[],
): (frame: Frame) => Message | readonly Message[] {
  /** Of the packet that lacks attachments. */
  let head: SocketIoHead | undefined;
  let attachments: Uint8Array[] = [];

  const malformed = (text: string): Message => ({ kind: 'malformed', error: new MalformedMessageError('in', text) });
  const complete = (): Message | readonly Message[] => {
    if (!head || attachments.length < head.count) return [];
    const { complete: packetWith } = head;
    head = undefined;
    return onPacket(packetWith(attachments));
  };
  const read = (frame: Frame): Message | readonly Message[] => {
    if (!isText(frame)) {
      if (!head) throw new TypeError('Bytes belong to no packet');
      attachments.push(frame);
      return complete();
    }
    switch (frame) {
      case '1':
        return { kind: 'closed', reason: 'closed by Engine.IO', retryable: true };
      case '2':
        return { kind: 'ping' };
      case '6':
        return { kind: 'other', body: frame };
    }
    if (frame.startsWith('0')) return onOpen(readOpen(frame.slice(1)));
    head = readSocketIoPacket(frame, maxAttachments);
    attachments = [];
    return complete();
  };
  return (frame) => {
    const lost: Message[] = [];
    // Whatever was to come of the last packet, another one begins.
    if (head && isText(frame) && frame.startsWith('4')) {
      head = undefined;
      lost.push(malformed('A packet lacks attachments'));
    }
    try {
      const messages = read(frame);
      return lost.length > 0 ? lost.concat(messages) : messages;
    } catch (problem) {
      return [...lost, malformed((problem as Error).message)];
    }
  };
}
