import type { EndedMessage, NotificationMessage } from '../protocols/message.js';
import type { SessionLink } from './sessionLink.js';

/** What came for a topic while a subscribe was not confirmed, and may belong to it: notifications, or its end. */
type Held = NotificationMessage | EndedMessage;

/** The line of what is held. */
export interface HeldNotifications {
  /** Keeps one; beyond `maxHeld` the oldest is dropped and counted, with one `gap` event for its topic. */
  hold(message: Held): void;
  /** Gives out those of a topic, in order. */
  take(topic: string): readonly Held[];
  /** Nobody will ask for what is left; `heard` says whether a listener has had it all the same. */
  clear(heard: (topic: string) => boolean): void;
}

/** An empty line of held notifications. */
export function createHeldNotifications(host: Pick<SessionLink, 'id' | 'maxHeld' | 'drop' | 'report'>): HeldNotifications {
  let held: Held[] = [];
  let gaps = new Set<string>();
  return {
    hold(message) {
      held.push(message);
      if (held.length <= host.maxHeld) return;
      const oldest = held.shift();
      host.drop('heldOverflow');
      if (!oldest || gaps.has(oldest.topic)) return;
      gaps.add(oldest.topic);
      host.report({ type: 'gap', session: host.id, topic: oldest.topic });
    },
    take(topic) {
      if (held.length === 0) return held;
      const its = held.filter((message) => message.topic === topic);
      held = held.filter((message) => message.topic !== topic);
      return its;
    },
    clear(heard) {
      for (const { kind, topic } of held)
        if (kind === 'ended') host.drop('unmatchedConfirmation');
        else if (!heard(topic)) host.drop('unroutedNotification');
      held = [];
      gaps = new Set();
    },
  };
}
