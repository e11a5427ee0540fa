import type { GatewayErrorKind } from '../errors/gatewayErrors.js';
import { checkFunction, checkObject } from '../options/check.js';
import type { GatewayErrorOf, TaggedGatewayError } from '../errors/taggedGatewayError.js';

/** What to do with an error of each kind. */
export type ErrorCases<B> = { readonly [K in GatewayErrorKind]: (error: GatewayErrorOf<K>) => B };

/**
 * Folds an error of a gateway by its kind. Either there is a case for each kind (a missing one does not compile), or `otherwise` takes the
 * rest. It takes the error last, so that it stands in a `pipe` of fp-ts. Throws a TypeError unless every case is a function.
 *
 * @example
 * pipe(result, either.match(matchError({ requestFailed: ({ code }) => `refused: ${code}` }, ({ message }) => message), String));
 */
export function matchError<B>(cases: ErrorCases<B>): (error: TaggedGatewayError) => B;
export function matchError<B>(
  cases: Partial<ErrorCases<B>>,
  otherwise: (error: TaggedGatewayError) => B,
): (error: TaggedGatewayError) => B;
export function matchError<B>(
  cases: Partial<ErrorCases<B>>,
  otherwise?: (error: TaggedGatewayError) => B,
): (error: TaggedGatewayError) => B {
  checkObject('matchError', 'cases', cases);
  const known: Readonly<Record<string, ((error: never) => B) | undefined>> = { ...cases };
  for (const [kind, take] of Object.entries(known)) if (take !== undefined) checkFunction('matchError', `cases.${kind}`, take);
  if (otherwise !== undefined) checkFunction('matchError', 'otherwise', otherwise);
  return (error) => {
    const take = Object.hasOwn(known, error.kind) ? known[error.kind] : undefined;
    return (checkFunction('matchError', `cases.${error.kind}`, take ?? otherwise) as (given: TaggedGatewayError) => B)(error);
  };
}
