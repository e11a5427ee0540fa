import { EMPTY, endWith, Observable, type OperatorFunction, Subject, switchMap } from 'rxjs';
import type { AnySession, Session } from '../connection/session.js';
import { type SessionLink, sessionLink } from '../connection/sessionLink.js';
import type { ConcreteTopic } from '../contract/topicTemplate.js';
import type { Contract, TopicName, Untyped } from '../contract/contract.js';
import { checkName } from '../options/check.js';
import type { Message, NotificationMessage } from '../protocols/message.js';

/** The concrete names of a contract's topics: what a notification may come under. */
export type NotificationName<C extends Contract> = ConcreteTopic<TopicName<C>>;

/** What notifications of this name carry. */
export type NotificationData<C extends Contract, Name extends string> =
  Name extends TopicName<C>
    ? C['topics'][Name]['data']
    : { readonly [T in TopicName<C>]: Name extends ConcreteTopic<T> ? C['topics'][T]['data'] : never }[TopicName<C>];

/** The listeners of a session; the first makes the place for all. */
const listenersOf = (link: SessionLink): NonNullable<SessionLink['listeners']> => {
  if (link.listeners) return link.listeners;
  const listeners = (link.listeners = new Map<string | undefined, Subject<NotificationMessage>>());
  const notification = (message: Message): void => {
    const heard = message as NotificationMessage;
    listeners.get(heard.topic)?.next(heard);
    listeners.get(undefined)?.next(heard);
  };
  link.handlers = { ...link.handlers, notification };
  return listeners;
};

/** What comes of one type, or of all, on one session. Never completes. */
const listenOn = (session: AnySession, type: string | undefined): Observable<NotificationMessage> =>
  new Observable((subscriber) => {
    const listeners = listenersOf(sessionLink(session));
    const heard = listeners.get(type) ?? new Subject();
    listeners.set(type, heard);
    heard.subscribe(subscriber);
    return () => {
      if (!heard.observed) listeners.delete(type);
    };
  });

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
export function notifications<
  T = unknown,
  C extends Contract = Untyped,
  const N extends ConcreteTopic<keyof C['topics'] & string> = NotificationName<C>,
>(
  type: N,
): OperatorFunction<Session<C>, NotificationMessage & { readonly data: [C] extends [Untyped] ? T : NotificationData<C, N> }>;
export function notifications(): OperatorFunction<AnySession, NotificationMessage & { readonly data: unknown }>;
export function notifications<T = unknown>(
  type?: undefined,
): OperatorFunction<Session<Untyped>, NotificationMessage & { readonly data: T }>;
export function notifications<T = unknown>(
  type?: string,
): OperatorFunction<AnySession, NotificationMessage & { readonly data: T }> {
  if (type !== undefined) checkName('notifications', 'type', type);
  return (source) =>
    source.pipe(
      // The last session may outlive the stream.
      endWith(undefined),
      switchMap(
        (session) => (session ? listenOn(session, type) : EMPTY) as Observable<NotificationMessage & { readonly data: T }>,
      ),
    );
}
