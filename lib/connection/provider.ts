import { defer, first, from, isObservable, type Observable, of } from 'rxjs';

/** What a provider function is told. */
export interface ProviderContext {
  /** The gateway refused the last credential: a stored one will not do. */
  readonly refreshed: boolean;
}

/** A value, or where it comes from: a promise, an observable (its first value counts), or a function that returns any of these. */
export type Provider<T> = T | PromiseLike<T> | Observable<T> | ((context: ProviderContext) => T | PromiseLike<T> | Observable<T>);

/** Asks a provider for its value, on each subscription anew. */
export const provide = <T>(provider: Provider<T>, context: ProviderContext): Observable<T> =>
  defer(() => {
    const given = typeof provider === 'function' ? (provider as (context: ProviderContext) => T)(context) : provider;
    const isPromise = typeof (given as PromiseLike<T> | undefined)?.then === 'function';
    return isObservable(given) || isPromise ? from(given as PromiseLike<T>).pipe(first()) : of(given as T);
  });
