import { Observable, Subscription, timer } from 'rxjs';
import { GatewayClosedError, RequestTimeoutError } from '../errors/gatewayErrors.js';
import { notConnected } from './notConnected.js';
import type { PendingRequest } from './pendingRequests.js';
import type { AnySession } from './session.js';
import { sessionLink } from './sessionLink.js';
import type { TopicSpec } from './topicSpec.js';
import { sendNow, type Waiting } from './waitingLine.js';

/**
 * A request or a send on a stream without a ledger in sight: it subscribes to the stream for as long as it takes, waits for a session by
 * itself, and an idempotent request waits again when its session is lost.
 */
export function placeBySubscribing<T>(
  source: Observable<AnySession>,
  waits: boolean,
  make: (subscriber: PendingRequest['subscriber'], retake: (request: PendingRequest) => void) => Waiting,
): Observable<T> {
  return new Observable<T>((subscriber) => {
    let waiting = true;
    let patience = new Subscription();
    const wait = (): void => {
      waiting = true;
      if (place.deadline === Infinity) return;
      patience = timer(new Date(place.deadline)).subscribe(() => {
        subscriber.error(new RequestTimeoutError(place.command, place.timeout));
      });
    };
    const place = make(subscriber as PendingRequest['subscriber'], wait);
    subscriber.add(() => {
      patience.unsubscribe();
      place.owner?.cancel(place as never);
    });
    if (waits) wait();
    subscriber.add(
      source.subscribe({
        next: (session) => {
          if (!waiting) return;
          waiting = false;
          patience.unsubscribe();
          sendNow(sessionLink(session), place);
        },
        error: (error: unknown) => {
          subscriber.error(error);
        },
        complete: () => {
          subscriber.error(new GatewayClosedError());
        },
      }),
    );
    if (waiting && !waits && !subscriber.closed) subscriber.error(notConnected());
  });
}

/** A topic on a stream without a ledger in sight: subscribed on each session in turn. */
export function topicBySubscribing<T>(source: Observable<AnySession>, spec: TopicSpec): Observable<T> {
  return new Observable<T>((subscriber) => {
    let detach: (() => void) | undefined;
    const complete = (): void => {
      subscriber.complete();
    };
    subscriber.add(() => detach?.());
    subscriber.add(
      source.subscribe({
        next: (session) => {
          detach = sessionLink(session).topics.subscribe(spec.key, spec.name, spec.params(), {
            next: (data) => {
              subscriber.next(data as T);
            },
            refused: (error) => {
              subscriber.error(error);
            },
            ended: complete,
            lost: () => {
              detach = undefined;
            },
          });
        },
        error: (error: unknown) => {
          subscriber.error(error);
        },
        complete,
      }),
    );
  });
}
