import type { Subscription } from 'rxjs';
import type { AnySession } from '../connection/session.js';
import type { MessageId } from '../protocols/message.js';
import { peerLink } from './peerLink.js';
import type { Producer, Receiver } from './topicProducer.js';
import type { FoundTopic } from './topicProducers.js';

/** A topic that a session listens to, for as many subscribes as asked for it. */
interface Grant extends Receiver {
  readonly name: string;
  readonly producer: Producer;
  readonly ids: Set<MessageId>;
}

/** What became of the subscribes of one session. */
export interface TopicGrants<S extends AnySession> {
  /** How many there are. */
  readonly size: number;
  /** A subscribe whose permission is awaited. */
  await(id: MessageId, permission: Subscription): void;
  /** Confirms a subscribe, and lets the session listen. Throws what the handler throws. */
  grant(id: MessageId, found: FoundTopic<S>): void;
  /** Ends a subscribe, awaited or granted. Whether there was one. */
  leave(id: MessageId): boolean;
  /** Ends them all; nothing is granted after that. */
  clear(): void;
}

/** No subscribes at first. Most sessions that are idle have none, so there is no map before the first. */
export function createTopicGrants<S extends AnySession>(session: S): TopicGrants<S> {
  const link = peerLink(session);
  let asked: Map<MessageId, Grant | Subscription> | undefined;
  let grants: Map<string, Grant> | undefined;
  let over = false;

  const begin = (name: string, producer: Producer): Grant => {
    const ids = new Set<MessageId>();
    return {
      // No spread: V8 gives each object that begins with one a shape of its own, which is slow and takes a kilobyte.
      session,
      link,
      name,
      producer,
      ids,
      since: producer.position.offset,
      ended: () => {
        for (const id of ids) asked?.delete(id);
        grants?.delete(name);
        link.tell({ kind: 'ended', topic: name });
      },
    };
  };
  const remove = (id: MessageId, { name, producer, ids }: Grant): void => {
    ids.delete(id);
    const mine = grants?.get(name);
    if (!mine || ids.size > 0) return;
    grants?.delete(name);
    producer.remove(mine);
  };

  return {
    get size() {
      return asked?.size ?? 0;
    },
    await: (id, permission) => {
      (asked ??= new Map()).set(id, permission);
    },
    grant(id, { name, producer }) {
      const known = grants?.get(name);
      const mine = known ?? begin(name, producer(session));
      // The handler may have ended the session.
      if (over) {
        mine.producer.remove(mine);
        return;
      }
      link.tell({ kind: 'confirmation', id, topic: name, position: mine.producer.position });
      (asked ??= new Map()).set(id, mine);
      mine.ids.add(id);
      if (!known) (grants ??= new Map()).set(name, mine);
      // One copy of each notification is enough, however often this session asked for the topic.
      mine.producer.add(mine);
    },
    leave(id) {
      const entry = asked?.get(id);
      if (!entry) return false;
      asked?.delete(id);
      if ('unsubscribe' in entry) entry.unsubscribe();
      else remove(id, entry);
      return true;
    },
    clear() {
      over = true;
      for (const [id, entry] of asked ?? []) {
        if ('unsubscribe' in entry) entry.unsubscribe();
        else remove(id, entry);
      }
      asked?.clear();
    },
  };
}
