/**
 * Nothing, one, or a set of many. Most users have one connection and most connections one room: alone, a member costs no set,
 * which takes some 200 bytes.
 */
export type Group<T extends object> = T | Set<T> | undefined;

/** The group with one more. */
export function withMember<T extends object>(group: Group<T>, member: T): Group<T> {
  if (group === undefined || group === member) return member;
  if (group instanceof Set) return group.add(member);
  return new Set([group, member]);
}

/** The group with one less. A set that has shrunk stays a set until it is empty. */
export function withoutMember<T extends object>(group: Group<T>, member: T): Group<T> {
  if (group === member) return undefined;
  if (group instanceof Set) {
    group.delete(member);
    return group.size > 0 ? group : undefined;
  }
  return group;
}

/** Whether the group has a member. */
export const hasMember = <T extends object>(group: Group<T>, member: T): boolean =>
  group instanceof Set ? group.has(member) : group === member;

/** The members, in the order in which they came. */
export function membersOf<T extends object>(group: Group<T>): Iterable<T> {
  if (group instanceof Set) return group;
  return group === undefined ? [] : [group];
}

/** How many members there are. */
export const sizeOf = <T extends object>(group: Group<T>): number =>
  group instanceof Set ? group.size : group === undefined ? 0 : 1;
