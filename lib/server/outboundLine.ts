import type { Message } from '../protocols/message.js';
import type { Frame } from '../protocols/protocol.js';
import { createStoredFrames, type StoredFrames } from './storedFrames.js';

/** What happens to notifications and sends that a peer is too slow for. */
export type SlowPolicy = 'dropOldest' | 'dropNewest' | 'conflate' | 'pause' | 'close';

/** A message that waits, encoded. */
interface Entry {
  message: Message;
  /** That of the message when it came: it may be another when the application changes the data. */
  key: unknown;
  readonly frames: StoredFrames;
}

/** What bounds a line, and what it does then. */
export interface LineSettings {
  readonly policy: SlowPolicy;
  readonly maxMessages: number;
  readonly maxBytes: number;
  /** Messages of which the latest is enough have the same; asked once for each. */
  readonly key: (message: Message) => unknown;
  /** A message is lost. */
  lose(message: Message): void;
}

/** The messages that wait for a slow peer, in order. */
export interface OutboundLine {
  readonly size: number;
  readonly bytes: number;
  /** Takes a message, or loses one by the policy. `false`: it is full, and nothing that may be lost is left. */
  push(message: Message, frames: readonly Frame[]): boolean;
  /** Hands out messages from the front while `write` says that there is room for more. */
  flush(write: (message: Message, frames: readonly Frame[]) => boolean): void;
}

/** Whether a message may be lost; the others are kept in their place among these. */
export const isDroppable = ({ kind }: Message): boolean => kind === 'notification' || kind === 'send';

/** The key of a message where the application has none: the topic, or the command of a send. */
export const nameOf = (message: Message): unknown =>
  message.kind === 'notification' ? message.topic : message.kind === 'send' ? message.command : undefined;

const sizeOf = (frames: readonly Frame[]): number => frames.reduce((sum, { length }) => sum + length, 0);

/** An empty line. */
export function createOutboundLine({ policy, maxMessages, maxBytes, key, lose }: LineSettings): OutboundLine {
  const entries = new Set<Entry>();
  const latest = new Map<unknown, Entry>();
  let bytes = 0;
  // Of a message that was lost: the next one takes its place.
  let spare: Entry | undefined;

  const remove = (entry: Entry): void => {
    entries.delete(entry);
    bytes -= entry.frames.size;
    if (latest.get(entry.key) === entry) latest.delete(entry.key);
  };
  /** One message that is larger than all bounds may wait alone: else it would never go out. */
  const fits = (size: number): boolean => entries.size === 0 || (entries.size < maxMessages && bytes + size <= maxBytes);
  /** Loses the oldest, until there is room. */
  const makeRoom = (size: number): boolean => {
    for (const entry of entries) {
      if (fits(size)) return true;
      if (!isDroppable(entry.message)) continue;
      remove(entry);
      spare = entry;
      lose(entry.message);
    }
    return fits(size);
  };
  const fill = (entry: Entry, message: Message, frames: readonly Frame[]): void => {
    entry.message = message;
    entry.frames.store(frames);
    bytes += entry.frames.size;
  };
  const append = (message: Message, name: unknown, frames: readonly Frame[]): void => {
    const entry = spare ?? { message, key: name, frames: createStoredFrames() };
    spare = undefined;
    entry.key = name;
    fill(entry, message, frames);
    entries.add(entry);
    if (policy !== 'conflate') return;
    // What is kept in its place would be overtaken by what replaces a message before it.
    if (isDroppable(message)) latest.set(name, entry);
    else latest.clear();
  };

  return {
    get size() {
      return entries.size;
    },
    get bytes() {
      return bytes;
    },
    push(message, frames) {
      const size = sizeOf(frames);
      const droppable = isDroppable(message);
      const name = droppable && policy === 'conflate' ? key(message) : undefined;
      const known = droppable ? latest.get(name) : undefined;
      if (known) {
        lose(known.message);
        if (entries.size === 1 || bytes - known.frames.size + size <= maxBytes) {
          bytes -= known.frames.size;
          fill(known, message, frames);
          return true;
        }
        // Too large for its place: it is a newcomer like any other.
        remove(known);
        spare = known;
      }
      if (droppable && (policy === 'pause' || policy === 'dropNewest') && !fits(size)) {
        lose(message);
        return true;
      }
      if (policy === 'close' ? !fits(size) : !makeRoom(size)) return false;
      append(message, name, frames);
      return true;
    },
    flush(write) {
      for (const entry of entries) {
        remove(entry);
        if (!write(entry.message, entry.frames.read())) return;
      }
    },
  };
}
