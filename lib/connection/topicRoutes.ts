import type { TopicSink, WireTopic } from './wireTopics.js';

/** Where the notifications of a confirmed topic go. */
export type Route = TopicSink | readonly TopicSink[];

/** The confirmed wire subscriptions, by the name that the gateway gave. */
export interface TopicRoutes {
  get(topic: string): Route | undefined;
  wires(topic: string): readonly WireTopic[];
  add(wire: WireTopic): void;
  remove(wire: WireTopic): void;
  /** The sinks of a wire subscription changed. */
  update(wire: WireTopic): void;
  clear(): void;
}

/** No routes yet. */
export function createTopicRoutes(): TopicRoutes {
  const confirmed = new Map<string, readonly WireTopic[]>();
  // What `confirmed` comes to: with many topics, each object on the way to a sink is a miss of the cache.
  const routes = new Map<string, Route>();
  const wires = (topic: string): readonly WireTopic[] => confirmed.get(topic) ?? [];
  const update = ({ topic }: WireTopic): void => {
    const sinks = wires(topic).flatMap((wire) => wire.sinks);
    if (sinks.length === 0) routes.delete(topic);
    else routes.set(topic, sinks.length === 1 ? (sinks[0] as TopicSink) : sinks);
  };
  const set = (wire: WireTopic, list: readonly WireTopic[]): void => {
    if (list.length === 0) confirmed.delete(wire.topic);
    else confirmed.set(wire.topic, list);
    update(wire);
  };
  return {
    get: (topic) => routes.get(topic),
    wires,
    add: (wire) => {
      set(wire, [...wires(wire.topic), wire]);
    },
    remove: (wire) => {
      set(
        wire,
        wires(wire.topic).filter((each) => each !== wire),
      );
    },
    update,
    clear: () => {
      confirmed.clear();
      routes.clear();
    },
  };
}
