import type { Message } from '../protocols/message.js';
import type { PeerLink } from './peerLink.js';

/** Messages of one peer that wait for their turn, in order. */
export interface HeldMessages {
  readonly size: number;
  /** Takes a message in, unless the line is full. */
  add(message: Message): boolean;
  readonly first: Message | undefined;
  /** Takes the first one out. */
  take(): Message | undefined;
  /**
   * Whether `message` ends another one that is still in line: the cancel of a request, or the unsubscribe of a subscribe. That one leaves
   * the line then, and neither needs to be handled.
   */
  withdraw(message: Message): boolean;
}

/** A frame that came in: its messages are told by it, and its bytes count once for all of them that wait. */
export interface InboundFrame {
  readonly size: number;
}

interface Entry {
  readonly message: Message;
  readonly frame: InboundFrame;
}

const unsized: InboundFrame = { size: 0 };

/**
 * A line for at most `limit` messages and `maxBuffered` bytes of their frames. One that is larger may wait alone. A frame counts in full for as
 * long as any of its messages is in line: nobody knows which of them has the bytes.
 */
export function createHeldMessages(link: Pick<PeerLink, 'inbound'>, limit: number, maxBuffered: number): HeldMessages {
  const line: Entry[] = [];
  let bytes = 0;
  /** What an entry of this frame adds to the line, or took with it: nothing beside another one. Those of one frame stand side by side. */
  const share = (frame: InboundFrame, ...beside: readonly (Entry | undefined)[]): number =>
    beside.some((entry) => entry?.frame === frame) ? 0 : frame.size;
  const remove = (index: number): Entry | undefined => {
    const [entry] = line.splice(index, 1);
    if (entry) bytes -= share(entry.frame, line[index - 1], line[index]);
    return entry;
  };
  return {
    get size() {
      return line.length;
    },
    get first() {
      return line[0]?.message;
    },
    add(message) {
      const { inbound: frame = unsized } = link;
      const size = share(frame, line.at(-1));
      if (line.length >= limit || (line.length > 0 && bytes + size > maxBuffered)) return false;
      line.push({ message, frame });
      bytes += size;
      return true;
    },
    take() {
      const entry = remove(0);
      // A later stage may hold it, too.
      link.inbound = entry?.frame;
      return entry?.message;
    },
    withdraw(message) {
      if (message.kind !== 'cancel' && message.kind !== 'unsubscribe') return false;
      const begins = message.kind === 'cancel' ? 'request' : 'subscribe';
      const index = line.findIndex(({ message: held }) => held.kind === begins && held.id === message.id);
      if (index >= 0) remove(index);
      return index >= 0;
    },
  };
}
