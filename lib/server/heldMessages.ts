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

interface Entry {
  readonly message: Message;
  /** Of its frame; of several messages of one frame, the first that waits has it. */
  readonly size: number;
}

/** A line for at most `limit` messages and `maxBuffered` bytes of their frames. One that is larger may wait alone. */
export function createHeldMessages(link: Pick<PeerLink, 'inbound'>, limit: number, maxBuffered: number): HeldMessages {
  const line: Entry[] = [];
  let bytes = 0;
  const remove = (index: number): Entry | undefined => {
    const [entry] = line.splice(index, 1);
    bytes -= entry?.size ?? 0;
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
      const { inbound: size = 0 } = link;
      if (line.length >= limit || (line.length > 0 && bytes + size > maxBuffered)) return false;
      line.push({ message, size });
      bytes += size;
      link.inbound = 0;
      return true;
    },
    take() {
      const entry = remove(0);
      // A later stage may hold it, too.
      link.inbound = entry?.size ?? 0;
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
