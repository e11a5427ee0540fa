import {
  catchError,
  concat,
  defer,
  EMPTY,
  from,
  ignoreElements,
  mergeMap,
  type MonoTypeOperatorFunction,
  type Observable,
  type ObservableInput,
  of,
  share,
  takeUntil,
  tap,
  throwError,
  timeout as timeoutAfter,
} from 'rxjs';
import { type CredentialUse, createCredentialState } from '../connection/credentialState.js';
import type { AnySession } from '../connection/session.js';
import { sessionLink } from '../connection/sessionLink.js';
import { AuthenticationError, ConnectFailedError, GatewayError } from '../errors/gatewayErrors.js';
import type { EventObserver } from '../events/gatewayEvent.js';
import { createReporter } from '../events/reporter.js';
import { checkDuration, checkEvents, checkFunction } from '../options/check.js';

/** Options of {@link authenticate}. */
export interface AuthenticateConfig {
  /**
   * Gets a new credential, where the handshake will find it. It runs before the next attempt once the gateway refused the present one; one
   * run serves all attempts that need it. One that fails is a failed attempt.
   */
  readonly refresh?: (() => ObservableInput<unknown>) | undefined;
  /** Milliseconds that the handshake, or a refresh, may take. Default 10 000. */
  readonly timeout?: number | undefined;
  readonly events?: EventObserver | undefined;
}

/** What a handshake is told. */
export interface HandshakeContext {
  /** The credential came from `refresh`, and no session became usable with it yet. */
  readonly refreshed: boolean;
}

/** Whether an error says that the gateway does not take the credential; other trouble says nothing about it. */
const isRefusal = (error: unknown): boolean =>
  error instanceof GatewayError &&
  (((error.kind === 'connectionLost' || error.kind === 'handshakeRejected') &&
    (error as { refresh?: boolean }).refresh === true) ||
    // A gateway that could not do its work has said nothing about the credential.
    (error.kind === 'requestFailed' && !error.retryable && (error as { code?: unknown }).code !== 'INTERNAL_ERROR') ||
    (error.kind === 'authentication' && !error.retryable));

const refusedError = (use: CredentialUse, renewable: boolean, cause: unknown): AuthenticationError => {
  const again = renewable && use.refused();
  const advice = again
    ? 'a refresh comes before the next attempt'
    : renewable
      ? 'a new credential was refused too'
      : 'there is no refresh';
  return new AuthenticationError(`The gateway refused the credential; ${advice}`, { cause, retryable: again });
};

/**
 * Lets a session on once `handshake` completed; nothing else is sent on it before. It stands below `retryBackoff`.
 *
 * Emits each session that the gateway let in. A handshake that fails terminates its session: the stream errors with an
 * `AuthenticationError`, retryable if the failure was no refusal (a timeout, a broken token service), or if `refresh` may help: it runs before
 * the next attempt. A second refusal before a session became usable is final; without `refresh`, the first is. An end with a
 * `'refresh'` verdict (4401, HTTP 401) counts as a refusal. All other errors of the source pass. Completes with the source.
 * Unsubscribing abandons the handshake and closes as the source does. On reconnect the handshake runs again on the new session.
 *
 * @example
 * connect(config).pipe(
 *   authenticate((session) => session.request('POST_LOGIN', { token: tokens.current }), { refresh: () => tokens.renew() }),
 *   retryBackoff(),
 * )
 */
export function authenticate<S extends AnySession>(
  handshake: (session: S, context: HandshakeContext) => ObservableInput<unknown>,
  config: AuthenticateConfig = {},
): MonoTypeOperatorFunction<S> {
  const { refresh, timeout = 10_000 } = config;
  checkFunction('authenticate', 'handshake', handshake);
  if (refresh) checkFunction('authenticate', 'refresh', refresh);
  checkDuration('authenticate', 'timeout', timeout, { min: 1 });
  checkEvents('authenticate', config.events);
  const report = createReporter(config.events);

  return (source) => {
    const credential = createCredentialState();
    const inTime = <T>() =>
      timeoutAfter<T, Observable<T>>({
        first: timeout,
        with: () => throwError(() => new Error(`authenticate: timeout (${timeout} ms)`)),
      });
    // Shared, since several attempts may need a new credential at once.
    const refreshing = defer(() => {
      report({ type: 'refreshing' });
      return from(refresh?.() ?? []).pipe(ignoreElements());
    }).pipe(
      inTime(),
      tap({
        complete: () => {
          credential.renewed();
        },
      }),
      catchError((cause: unknown) =>
        throwError(() => new ConnectFailedError('provider', 'authenticate: refresh failed: see the cause', { cause })),
      ),
      share(),
    );

    const admit = (session: S, use: CredentialUse, onRefused: (error: AuthenticationError) => void): Observable<S> => {
      const link = sessionLink(session);
      link.gated = true;
      const accepted = defer(() => {
        use.accepted();
        link.ready();
        return of(session);
      });
      return concat(
        defer(() => handshake(session, { refreshed: use.refreshed })).pipe(ignoreElements(), inTime()),
        accepted,
      ).pipe(
        catchError((cause: unknown) => {
          // The session went meanwhile: its own end is the error.
          if (!session.open) return EMPTY;
          const error = isRefusal(cause)
            ? refusedError(use, refresh !== undefined, cause)
            : new AuthenticationError('The handshake failed, but was not refused: see the cause', { cause, retryable: true });
          onRefused(error);
          session.terminate(error);
          return EMPTY;
        }),
        takeUntil(session.closed),
      );
    };

    return defer(() => {
      const use = credential.begin();
      let ours: unknown;
      const attempt = source.pipe(
        mergeMap((session) =>
          admit(session, use, (error) => {
            ours = error;
          }),
        ),
      );
      const renewed = refreshing.pipe(
        tap({
          complete: () => {
            use.adopt();
          },
          // There is no session yet that could say so.
          unsubscribe: () => {
            report({ type: 'released' });
          },
        }),
      );
      return (use.stale ? concat(renewed, attempt) : attempt).pipe(
        catchError((error: unknown) => {
          // Without a refresh here, a provider of `connect` may still have another credential: then its error is retryable.
          const refused = error !== ours && isRefusal(error) && (refresh !== undefined || !(error as GatewayError).retryable);
          return throwError(() => (refused ? refusedError(use, refresh !== undefined, error) : error));
        }),
      );
    });
  };
}
