import { finalize, map, type Observable, share } from 'rxjs';
import type { AnySession } from '../connection/session.js';
import { compileTopic } from '../contract/topicTemplate.js';
import type { Position, SubscribeMessage } from '../protocols/message.js';
import { handlerResults } from './handlerResults.js';
import type { TopicHandler } from './topicHandler.js';

/** A value, and where it stands in its topic. */
export interface Numbered {
  readonly data: unknown;
  readonly position: Position;
}

/** One topic while anybody listens: a shared producer that numbers what it produces. */
export interface Producer {
  /** The position of the last value; offset 0 before the first. */
  readonly position: Position;
  readonly values: Observable<Numbered>;
}

/** The producer that a subscribe asks for, present or new; `undefined` if there is no such topic. Throws what the handler throws. */
export type FindProducer<S extends AnySession> = (wanted: SubscribeMessage, peer: S) => Producer | undefined;

/** The producers of one subscription of the stage, by topic and params. */
export function createProducers<S extends AnySession>(
  handlers: Readonly<Record<string, TopicHandler<S>>>,
  random: () => number,
): FindProducer<S> {
  const templates = Object.entries(handlers).map(([template, handler]) => ({ match: compileTopic(template), handler }));
  const producers = new Map<string, Producer>();

  const create = (key: string, produced: unknown): Producer => {
    let position: Position = { epoch: Math.floor(random() * 2 ** 32).toString(36), offset: 0 };
    const producer: Producer = {
      get position() {
        return position;
      },
      values: handlerResults(() => produced).pipe(
        map((data) => {
          position = { ...position, offset: position.offset + 1 };
          return { data, position };
        }),
        finalize(() => producers.delete(key)),
        share(),
      ),
    };
    producers.set(key, producer);
    return producer;
  };

  return ({ key, topic, params }, peer) => {
    const present = producers.get(key);
    if (present) return present;
    for (const { match, handler } of templates) {
      const named = match(topic);
      if (named) return create(key, handler(named, { peer, params }));
    }
    return undefined;
  };
}
