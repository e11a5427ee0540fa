/** Who waits for a reply. */
export interface Waiter {
  /** What the reply is about; nothing, where nobody wants it. */
  readonly kind?: 'request' | 'subscribe' | 'ping';
  /** The name that the other side is expected to answer with. */
  readonly topic?: string;
}

/** Who waits for the replies of a wire that has no ids, by the type of the reply, in the order in which they asked. */
export interface ReplyLines<T extends Waiter> {
  /** Someone waits for a reply of this type. */
  put(type: string, asked: T): void;
  /** Whose reply it is: of those that asked for `topic` the first, else the first of all. `null`: nobody's, and once there was one. */
  take(type: string, topic: unknown): T | null | undefined;
}

/** Lines in which nobody waits. */
export function createReplyLines<T extends Waiter>(): ReplyLines<T> {
  const lines = new Map<string, [asked: T, count: number][]>();
  return {
    put(type, asked) {
      const line = lines.get(type) ?? [];
      lines.set(type, line);
      const last = line.at(-1);
      // Sends for which no reply ever comes take one place, however many they are.
      if (last && !asked.kind && !last[0].kind) last[1]++;
      else line.push([asked, 1]);
    },
    take(type, topic) {
      const line = lines.get(type);
      if (!line?.length) return line && null;
      const at =
        topic === undefined
          ? 0
          : Math.max(
              0,
              line.findIndex(([asked]) => asked.topic === topic),
            );
      const place = line[at] as [T, number];
      if (--place[1] === 0) line.splice(at, 1);
      return place[0];
    },
  };
}
