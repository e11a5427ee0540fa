import { type Group, membersOf, sizeOf, withMember, withoutMember } from './group.js';

/** Connections, counted under any number of keys each. */
export interface ConnectionCounts<T extends object> {
  /** How many keys and connections are kept. */
  readonly size: number;
  count(key: string): number;
  /** The one under this key that came first. */
  oldest(key: string): T | undefined;
  add(connection: T, keys: readonly string[]): void;
  /** Takes a connection out from under all its keys; one that is not there is none. */
  remove(connection: T): void;
}

/** Counts of nothing. */
export function createConnectionCounts<T extends object>(): ConnectionCounts<T> {
  const keysOf = new Map<T, readonly string[]>();
  const groups = new Map<string, Group<T>>();
  return {
    get size() {
      return keysOf.size + groups.size;
    },
    count: (key) => sizeOf(groups.get(key)),
    oldest: (key) => {
      const [first] = membersOf(groups.get(key));
      return first;
    },
    add(connection, keys) {
      keysOf.set(connection, keys);
      for (const key of keys) groups.set(key, withMember(groups.get(key), connection));
    },
    remove(connection) {
      for (const key of keysOf.get(connection) ?? []) {
        const left = withoutMember(groups.get(key), connection);
        if (left) groups.set(key, left);
        else groups.delete(key);
      }
      keysOf.delete(connection);
    },
  };
}
