/** The names of the topics that a session has, by the route that they are asked for on. Several subscriptions may have one name. */
export interface HeldTopics {
  add(route: string, topic: string): void;
  /** Takes one subscription off; whether another one has that name still. */
  remove(route: string, topic: string): boolean;
  /** The name of all subscriptions of the route, if they have only one. */
  only(route: string): string | undefined;
}

/** No topics. */
export function createHeldTopics(): HeldTopics {
  const routes = new Map<string, Map<string, number>>();
  return {
    add(route, topic) {
      const names = routes.get(route) ?? new Map<string, number>();
      routes.set(route, names.set(topic, (names.get(topic) ?? 0) + 1));
    },
    remove(route, topic) {
      const names = routes.get(route);
      const left = (names?.get(topic) ?? 1) - 1;
      if (left > 0) names?.set(topic, left);
      else names?.delete(topic);
      if (names?.size === 0) routes.delete(route);
      return left > 0;
    },
    only(route) {
      const names = routes.get(route);
      return names?.size === 1 ? names.keys().next().value : undefined;
    },
  };
}
