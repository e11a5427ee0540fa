import type { Message } from '../protocols/message.js';

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

/** A line for at most `limit` messages. */
export function createHeldMessages(limit: number): HeldMessages {
  const line: Message[] = [];
  return {
    get size() {
      return line.length;
    },
    get first() {
      return line[0];
    },
    add(message) {
      if (line.length >= limit) return false;
      line.push(message);
      return true;
    },
    take: () => line.shift(),
    withdraw(message) {
      if (message.kind !== 'cancel' && message.kind !== 'unsubscribe') return false;
      const begins = message.kind === 'cancel' ? 'request' : 'subscribe';
      const index = line.findIndex((held) => held.kind === begins && held.id === message.id);
      if (index >= 0) line.splice(index, 1);
      return index >= 0;
    },
  };
}
