import { MalformedMessageError } from '../errors/gatewayErrors.js';
import type { Message } from './message.js';
import type { Frame } from './protocol.js';
import { readSocketIoPacket, type SocketIoHead, type SocketIoPacket } from './socketIoPacket.js';

/** What the gateway says of the connection as soon as there is one. */
export interface SocketIoOpen {
  /** Ms between two pings of the gateway, and how much longer one may take. */
  readonly pingInterval: number;
  readonly pingTimeout: number;
  /** How many bytes the gateway takes in one frame. */
  readonly maxPayload?: number | undefined;
}

/** Who takes what the frames of a session say. */
export interface SocketIoTaker {
  open(open: SocketIoOpen): Message;
  packet(packet: SocketIoPacket): Message | readonly Message[];
}

const isTime = (value: unknown): boolean => typeof value === 'number' && value > 0 && value < 2 ** 31;

const readOpen = (text: string): SocketIoOpen => {
  let open: Partial<SocketIoOpen> | null = null;
  try {
    open = JSON.parse(text) as Partial<SocketIoOpen> | null;
  } catch {
    // The platform's own words quote the frame.
  }
  if (isTime(open?.pingInterval) && isTime(open?.pingTimeout)) return open as SocketIoOpen;
  throw new TypeError('The open packet has no pingInterval or pingTimeout');
};

/** Makes the `decode` of one session: Engine.IO 4, with the packets of Socket.IO in it. It waits for the attachments of a packet. */
export function socketIoReader(maxAttachments: number, take: SocketIoTaker): (frame: Frame) => Message | readonly Message[] {
  /** Of the packet that lacks attachments. */
  let head: SocketIoHead | undefined;
  let attachments: Uint8Array[] = [];

  const malformed = (text: string): Message => ({ kind: 'malformed', error: new MalformedMessageError('in', text) });
  const complete = (): Message | readonly Message[] => {
    if (!head || attachments.length < head.count) return [];
    const packet = head.complete(attachments);
    head = undefined;
    attachments = [];
    return take.packet(packet);
  };
  const read = (frame: Frame): Message | readonly Message[] => {
    if (typeof frame !== 'string') {
      if (!head) throw new TypeError('Bytes belong to no packet');
      attachments.push(frame);
      return complete();
    }
    switch (frame) {
      case '1':
        return { kind: 'closed', reason: 'closed by Engine.IO', retryable: true };
      case '2':
        return { kind: 'ping' };
      case '3':
        return { kind: 'pong' };
      // There is another transport, or to be one.
      case '5':
      case '6':
        return { kind: 'other', body: frame };
    }
    if (frame.startsWith('0')) return take.open(readOpen(frame.slice(1)));
    head = readSocketIoPacket(frame, maxAttachments);
    return complete();
  };
  return (frame) => {
    // Whatever was to come of it, another packet begins.
    const lost = head && typeof frame === 'string' && frame.startsWith('4') ? [malformed('A packet lacks attachments')] : [];
    if (lost.length > 0) {
      head = undefined;
      attachments = [];
    }
    try {
      const messages = read(frame);
      return lost.length > 0 ? lost.concat(messages) : messages;
    } catch (problem) {
      return [...lost, malformed((problem as Error).message)];
    }
  };
}
