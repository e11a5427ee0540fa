import { Observable } from 'rxjs';
import type { TopicParams } from './session.js';
import type { SessionLink } from './sessionLink.js';
import { checkTopic } from './topicSpec.js';

/** A topic on one session: it completes with the session, or when the gateway ends it, and errors when it is refused. */
export function topicOn<T>(link: SessionLink, name: string, params?: TopicParams): Observable<T> {
  const spec = checkTopic(name, params);
  return new Observable<T>((subscriber) => {
    const complete = (): void => {
      subscriber.complete();
    };
    return link.topics.subscribe(spec.key, spec.name, spec.params, {
      next: (data) => {
        subscriber.next(data as T);
      },
      refused: (error) => {
        subscriber.error(error);
      },
      ended: complete,
      lost: complete,
    });
  });
}
