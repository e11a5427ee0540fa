import { defaultIfEmpty, map, type Observable, type ObservableInput, take } from 'rxjs';
import { handlerResults } from './handlerResults.js';

/** What an authorisation hook answers: `true` or `false`, a promise or an observable of it. */
export type Permission = boolean | ObservableInput<boolean>;

/**
 * What a hook says, asked on subscription: emits once and completes, at once if the hook answers at once. Only `true` allows; an
 * observable without a value does not. Errors with what the hook throws;
 * what its release throws goes to `failed`.
 */
export const allowed = (ask: () => Permission, failed?: (cause: unknown) => void): Observable<boolean> =>
  handlerResults(ask, failed).pipe(
    take(1),
    map((answer) => answer === true),
    defaultIfEmpty(false),
  );
