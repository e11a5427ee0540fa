import type { Either } from 'fp-ts/lib/Either.js';
import { catchError, map, of, type Observable, throwError } from 'rxjs';
import { isGatewayError } from '../errors/isGatewayError.js';
import type { TaggedGatewayError } from '../errors/taggedGatewayError.js';

// An `Either` of fp-ts is a plain object, and made as one: nothing of fp-ts is loaded.
export const left = <E>(error: E): Either<E, never> => ({ _tag: 'Left', left: error });
export const right = <A>(value: A): Either<never, A> => ({ _tag: 'Right', right: value });

/** The values of a source to the right; an error of the gateway to the left, and the end. Other errors stay errors. */
export const outcomes = <A>(source: Observable<A>): Observable<Either<TaggedGatewayError, A>> =>
  source.pipe(
    map((value): Either<TaggedGatewayError, A> => right(value)),
    catchError((error: unknown) => (isGatewayError(error) ? of(left(error)) : throwError(() => error))),
  );
