import { EMPTY, endWith, Observable, type OperatorFunction, switchMap } from 'rxjs';
import type { AnySession } from '../connection/session.js';
import { sessionLink } from '../connection/sessionLink.js';
import { checkName } from '../options/check.js';
import type { NotificationMessage } from '../protocols/message.js';

/**
 * Listens to what the gateway sends unasked, without subscribing to anything: for gateways whose notifications begin with a command, or
 * by themselves.
 *
 * Emits each notification (`topic`, `data`, and `position` where the protocol numbers them), of one `type` or, without it, of all.
 * Errors and completes with the stream of sessions, so never because a connection was lost below a `retryBackoff`.
 * Unsubscribing sends nothing. On reconnect it goes on with the next session; what came in between is lost.
 *
 * @example
 * session$.pipe(notifications<Change>('NOTIFY_CHANGE'), map(({ data }) => data));
 */
export function notifications<T = unknown>(
  type?: string,
): OperatorFunction<AnySession, NotificationMessage & { readonly data: T }> {
  if (type !== undefined) checkName('notifications', 'type', type);
  return (source) =>
    source.pipe(
      // The last session may outlive the stream.
      endWith(undefined),
      switchMap((session) =>
        session
          ? new Observable<NotificationMessage & { readonly data: T }>((subscriber) =>
              sessionLink(session).topics.listen(type, {
                next: (_data, message) => {
                  subscriber.next(message as NotificationMessage & { readonly data: T });
                },
              }),
            )
          : EMPTY,
      ),
    );
}
