import { asyncScheduler, catchError, defaultIfEmpty, map, type Observable, of, take } from 'rxjs';
import type { GatewayError, RequestFailedError } from '../errors/gatewayErrors.js';
import type { FailureMessage } from '../protocols/message.js';
import { handlerResults } from './handlerResults.js';
import { type Identity, isIdentity } from './identity.js';
import type { Peer } from './peer.js';

/**
 * Finds out who a peer is from what it sent: at once, by a promise or by the first value of an observable. `undefined` refuses it, and so does a
 * `RequestFailedError` (which is told to the client) or an `AuthenticationError`, unless it is `retryable`. Any other error is a failure of this side.
 */
export type VerifyIdentity<D = unknown> = (
  data: D,
  context: { readonly peer: Peer },
) => Identity | undefined | PromiseLike<Identity | undefined> | Observable<Identity | undefined>;

/** Why a credential was not taken: what the client is told, and what its connection may be closed with. */
export interface IdentityRefusal extends Omit<FailureMessage, 'kind' | 'id'> {
  /** 4401: not this credential. 4403: not this client. 1013: this side could not tell. */
  readonly close: 4401 | 4403 | 1013;
}

/** What came of it. */
export type VerifiedIdentity = { readonly identity: Identity } | { readonly refusal: IdentityRefusal };

const unauthenticated = (message: string): IdentityRefusal => ({ code: 'UNAUTHENTICATED', message, close: 4401 });

const refusalOf = (error: unknown): IdentityRefusal | undefined => {
  const { kind, retryable, retryAfter } = (error ?? {}) as Partial<GatewayError>;
  if (kind === 'authentication')
    return retryable
      ? { code: 'UNAVAILABLE', message: 'the credential could not be checked', retryAfter, close: 1013 }
      : unauthenticated('the credential was refused');
  if (kind !== 'requestFailed') return undefined;
  const { code, detail, data } = error as RequestFailedError;
  const close = retryable || code === 'INTERNAL_ERROR' ? 1013 : code === 'FORBIDDEN' ? 4403 : 4401;
  return { code, message: detail, data, retryAfter, close };
};

/** Asks `verify` once; emits one outcome and never errors. `failed` is told of what is no refusal but a failure. */
export const verifyIdentity = <D>(
  verify: VerifyIdentity<D>,
  data: D,
  peer: Peer,
  failed: (cause: unknown) => void,
): Observable<VerifiedIdentity> =>
  handlerResults(() => verify(data, { peer }), failed).pipe(
    take(1),
    defaultIfEmpty(undefined),
    map((identity): VerifiedIdentity => {
      if (identity === undefined || identity === null) return { refusal: unauthenticated('the credential was refused') };
      if (!isIdentity(identity)) throw new TypeError('verify must give an identity: { user, expiresAt?, claims? }');
      return (identity.expiresAt ?? Infinity) <= asyncScheduler.now()
        ? { refusal: unauthenticated('the credential has expired') }
        : { identity };
    }),
    catchError((cause: unknown) => {
      const refusal = refusalOf(cause);
      if (!refusal) failed(cause);
      return of<VerifiedIdentity>({
        refusal: refusal ?? { code: 'INTERNAL_ERROR', message: 'the credential could not be checked', close: 1013 },
      });
    }),
  );
