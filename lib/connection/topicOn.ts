import { Observable, takeUntil } from 'rxjs';
import type { TopicParams } from './session.js';
import type { SessionLink } from './sessionLink.js';
import { checkTopic } from './topicSpec.js';

/** A topic on one session: it completes with the session, or when the gateway ends it, and errors when it is refused. */
export function topicOn<T>({ topics }: SessionLink, name: string, params?: TopicParams): Observable<T> {
  const spec = checkTopic(name, params);
  return new Observable<T>((subscriber) => {
    topics.join(spec, subscriber);
    return () => {
      topics.leave(spec.key, subscriber);
    };
  }).pipe(takeUntil(topics.lost));
}
