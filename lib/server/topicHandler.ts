import type { Observable } from 'rxjs';
import type { AnySession } from '../connection/session.js';
import type { Permission } from './allowed.js';

/** What a topic's handler is told beside the parameters of its template. */
export interface TopicContext<S extends AnySession = AnySession> {
  /** Who asked first. Others will share what is produced, and go on with it when this one is gone: a producer that keeps it keeps its memory. */
  readonly peer: S;
  /** The canonical name of the topic, without what was said beside it. */
  readonly topic: string;
  /** What the subscriber said beside the topic's name. Another value makes another topic. */
  readonly params?: unknown;
}

/**
 * Produces the notifications of a topic: an observable, or an async iterable or a promise. The first argument holds the parameters of its
 * template. Called for the first peer that asks for a concrete topic; the others share what it returned. Throwing a
 * `SubscriptionRejectedError` refuses the topic with its code.
 */
export type TopicHandler<S extends AnySession = AnySession, Named = Readonly<Record<string, string>>> = (
  named: Named,
  context: TopicContext<S>,
) => Observable<unknown> | AsyncIterable<unknown> | PromiseLike<unknown>;

/** What an authorisation hook of topics is told beside the topic's name. */
export interface TopicRequest<S extends AnySession = AnySession> {
  /** Who wants to listen. */
  readonly peer: S;
  /** The parameters of the template. */
  readonly named: Readonly<Record<string, string>>;
  /** What the subscriber said beside the topic's name. */
  readonly params?: unknown;
}

/** Whether a peer may listen to a topic, by its canonical name: `true` or `false`, a promise or an observable of it. */
export type AuthorizeTopic<S extends AnySession = AnySession> = (topic: string, request: TopicRequest<S>) => Permission;
