import type { IncomingMessage } from 'node:http';
import { asyncScheduler, catchError, defaultIfEmpty, map, type Observable, of, take, throwError, timeout } from 'rxjs';
import type { GatewayError, HandshakeRejectedError } from '../errors/gatewayErrors.js';
import { handlerResults } from './handlerResults.js';
import { type Identity, isIdentity } from './identity.js';
import type { Refusal } from './refuseUpgrade.js';

/** What `authenticate` says of a request: who it is, or `undefined` for nobody that is let in. */
export type Authenticated = Identity | undefined;

/** Finds out who asks for an upgrade: at once, by a promise or by the first value of an observable. */
export type AuthenticateUpgrade = (
  request: IncomingMessage,
) => Authenticated | PromiseLike<Authenticated> | Observable<Authenticated>;

/** What came of it. */
export type AuthenticationOutcome = { readonly identity: Identity } | { readonly refusal: Refusal };

/** What a rejection says to the client; undefined for one that was not meant for it. */
const refusalOf = (error: unknown, retryAfter: number): Refusal | undefined => {
  const { kind, retryable, ...known } = (error ?? {}) as Partial<GatewayError>;
  const advised = known.retryAfter ?? retryAfter;
  if (kind === 'authentication')
    return retryable
      ? { status: 503, reason: 'authenticateFailed', retryAfter: advised }
      : { status: 401, reason: 'authenticate' };
  const { status = 0 } = known as Partial<HandshakeRejectedError>;
  return kind === 'handshakeRejected' && Number.isInteger(status) && status >= 400 && status <= 599
    ? { status, reason: 'authenticate', retryAfter: known.retryAfter }
    : undefined;
};

/** Runs `authenticate` on a request, once; emits one outcome and never errors. `failed` is told of what is no refusal but a failure. */
export function authenticateUpgrade(
  { authenticate, within, retryAfter }: { authenticate: AuthenticateUpgrade; within: number; retryAfter: number },
  request: IncomingMessage,
  failed: (cause: unknown) => void,
): Observable<AuthenticationOutcome> {
  let reason: Refusal['reason'] = 'authenticateFailed';
  return handlerResults(() => authenticate(request), failed).pipe(
    take(1),
    defaultIfEmpty(undefined),
    timeout({
      first: within,
      with: () => {
        reason = 'authenticateTimeout';
        return throwError(() => new Error(`authenticate: authenticateTimeout (${within} ms)`));
      },
    }),
    map((identity): AuthenticationOutcome => {
      if (identity === undefined || identity === null) return { refusal: { status: 401, reason: 'authenticate' } };
      if (!isIdentity(identity)) throw new TypeError('authenticate must give an identity: { user, expiresAt?, claims? }');
      return (identity.expiresAt ?? Infinity) <= asyncScheduler.now()
        ? { refusal: { status: 401, reason: 'authenticate' } }
        : { identity };
    }),
    catchError((cause: unknown) => {
      const refusal = refusalOf(cause, retryAfter);
      if (!refusal) failed(cause);
      return of<AuthenticationOutcome>({ refusal: refusal ?? { status: 503, reason, retryAfter } });
    }),
  );
}
