import { defer, isObservable, type Observable, take, throwIfEmpty } from 'rxjs';
import { has } from '../options/check.js';
import { failoverOf } from './failover.js';

/** What a provider function is told. */
export interface ProviderContext {
  /** The gateway refused the last credential: a stored one will not do. */
  readonly refreshed: boolean;
}

/** A value, or where it comes from: a promise, an observable (its first value counts), or a function that returns any of these. */
export type Provider<T> = T | PromiseLike<T> | Observable<T> | ((context: ProviderContext) => T | PromiseLike<T> | Observable<T>);

/** Whether a value comes later: it is an observable, or a promise. */
export const isAwaited = (value: unknown): value is PromiseLike<unknown> => isObservable(value) || has(value, 'then');

const isAsked = (provider: unknown): provider is (context: ProviderContext) => unknown => typeof provider === 'function';

/** Asks a provider for its value, or a ring for its url, on each subscription anew. */
export const provide = (provider: unknown, context: ProviderContext): Observable<unknown> =>
  defer(() => {
    const given = isAsked(provider) ? provider(context) : (failoverOf(provider)?.next() ?? provider);
    return isAwaited(given) ? given : [given];
  }).pipe(take(1), throwIfEmpty());
