/** Who waits for the replies of a wire that has no ids, by the type of the reply, in the order in which they asked. */
export interface ReplyLines<T> {
  /** Someone waits for a reply of this type. */
  put(type: string, asked: T): void;
  /** Whether anybody ever waited for that type. */
  has(type: string): boolean;
  /** Whose reply it is: of those that asked for `topic` the first, else the first of all. It waits no longer. */
  take(type: string, topic: unknown): T | undefined;
}

interface Place<T> {
  readonly asked: T;
  /** How many replies are for it. */
  count: number;
  before: Place<T> | undefined;
  after?: Place<T> | undefined;
}

interface Line<T> {
  first?: Place<T> | undefined;
  last?: Place<T> | undefined;
  readonly byTopic: Map<unknown, Place<T>[]>;
}

/** Lines in which nobody waits. Their cost does not grow with who does. */
export function createReplyLines<T extends { readonly topic?: string | undefined }>(): ReplyLines<T> {
  const lines = new Map<string, Line<T>>();

  const leave = (line: Line<T>, { before, after, asked: { topic } }: Place<T>): void => {
    if (before) before.after = after;
    else line.first = after;
    if (after) after.before = before;
    else line.last = before;
    const same = line.byTopic.get(topic);
    same?.shift();
    if (same?.length === 0) line.byTopic.delete(topic);
  };

  return {
    put(type, asked) {
      let line = lines.get(type);
      if (!line) lines.set(type, (line = { byTopic: new Map() }));
      const { last, byTopic } = line;
      // Sends for which no reply ever comes take one place, however many they are.
      if (last?.asked === asked) {
        last.count++;
        return;
      }
      const place = { asked, count: 1, before: last };
      if (last) last.after = place;
      else line.first = place;
      line.last = place;
      const { topic } = asked;
      if (topic === undefined) return;
      const same = byTopic.get(topic);
      if (same) same.push(place);
      else byTopic.set(topic, [place]);
    },
    has: (type) => lines.has(type),
    take(type, topic) {
      const line = lines.get(type);
      const place = line?.byTopic.get(topic)?.[0] ?? line?.first;
      if (line && place && --place.count === 0) leave(line, place);
      return place?.asked;
    },
  };
}
