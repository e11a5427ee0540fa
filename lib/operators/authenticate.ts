import {
  catchError,
  concat,
  defer,
  ignoreElements,
  mergeMap,
  type MonoTypeOperatorFunction,
  type Observable,
  type ObservableInput,
  share,
  takeUntil,
  tap,
  timer,
} from 'rxjs';
import { createCredentialState } from '../connection/credentialState.js';
import type { AnySession } from '../connection/session.js';
import { sessionLink } from '../connection/sessionLink.js';
import { AuthenticationError, ConnectFailedError, GatewayError } from '../errors/gatewayErrors.js';
import type { EventObserver } from '../events/gatewayEvent.js';
import { createReporter } from '../events/reporter.js';
import { checkDuration, checkFunction, checkObserver } from '../options/check.js';
import { readOptions } from '../options/readOptions.js';

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
const isRefusal = (error: unknown): boolean => {
  if (!(error instanceof GatewayError)) return false;
  const { kind, retryable, refresh, code } = error as GatewayError & { readonly refresh?: boolean; readonly code?: unknown };
  return (
    refresh === true ||
    // A gateway that could not do its work has said nothing about the credential.
    (!retryable && (kind === 'authentication' || (kind === 'requestFailed' && code !== 'INTERNAL_ERROR')))
  );
};

/**
 * Lets a session on once `handshake` completed; nothing else is sent on it before. It stands below `retryBackoff`.
 *
 * Emits each session that the gateway let in. A handshake that fails terminates its session: the stream errors with an
 * `AuthenticationError`, retryable if the failure was no refusal (a timeout, a broken token service), or if `refresh` may help: it runs before
 * the next attempt. Advice of the failure (`retryAfter`) goes with it. A second refusal before a session became usable is final; without
 * `refresh`, the first is. An end with a `'refresh'` verdict (4401, HTTP 401) counts as a refusal. The error's message says which of these it
 * was. All other errors of the source pass. Completes with the source. Unsubscribing abandons the handshake and closes as the source does. On
 * reconnect the handshake runs again on the new session.
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
  checkFunction('authenticate', 'handshake', handshake);
  const { refresh, timeout, events } = readOptions('authenticate', config, {
    refresh: [checkFunction],
    timeout: [checkDuration, 10_000, { min: 1 }],
    events: [checkObserver],
  });
  const report = createReporter(events);

  return (source) => {
    const credential = createCredentialState();
    /** Runs what the application gave, for its end only. */
    const carryOut = (work: () => ObservableInput<unknown>): Observable<never> =>
      defer(work).pipe(
        ignoreElements(),
        takeUntil(
          timer(timeout).pipe(
            tap(() => {
              throw new Error(`authenticate: timeout (${timeout} ms)`);
            }),
          ),
        ),
      );
    // Shared, since several attempts may need a new credential at once.
    const refreshing = carryOut(() => {
      report({ type: 'refreshing' });
      return refresh?.() ?? [];
    }).pipe(
      tap({ complete: credential.renewed }),
      catchError((cause: unknown) => {
        throw new ConnectFailedError('provider', 'authenticate: refresh failed: see the cause', { cause });
      }),
      share(),
    );

    const attempt = defer(() => {
      const use = credential.begin();
      let ours: unknown;
      const failed = (cause: unknown, refused: boolean): AuthenticationError => {
        // After a refusal it takes a new credential.
        const retryable = !refused || (refresh !== undefined && use.refused());
        // The reader is to know whether to wait, to log in anew, or to give a `refresh`.
        const next = retryable ? 'and refresh is next' : refresh ? 'and so was the one from refresh' : 'and there is no refresh';
        const text = refused ? `The credential was refused, ${next}` : 'The handshake failed';
        const { retryAfter, spread } = (cause ?? {}) as Partial<GatewayError>;
        return new AuthenticationError(`${text}: see the cause`, { cause, retryable, retryAfter, spread });
      };
      return source.pipe(
        mergeMap((session) => {
          const link = sessionLink(session);
          link.gated = true;
          const letIn = (): S[] => {
            use.accepted();
            link.ready();
            return [session];
          };
          return concat(
            carryOut(() => handshake(session, { refreshed: use.refreshed })),
            defer(letIn),
          ).pipe(
            catchError((cause: unknown) => {
              // If the session went meanwhile, its own end is the error.
              if (session.open) session.terminate((ours = failed(cause, isRefusal(cause))));
              return [];
            }),
            takeUntil(session.closed),
          );
        }),
        catchError((error: unknown) => {
          // Without a refresh here, a provider of `connect` may still have another credential: then its error is retryable.
          throw error !== ours && isRefusal(error) && (refresh || !(error as GatewayError).retryable)
            ? failed(error, true)
            : error;
        }),
      );
    });
    return defer(() =>
      credential.begin().stale
        ? concat(
            refreshing.pipe(
              tap({
                // There is no session yet that could say so.
                unsubscribe: () => {
                  report({ type: 'released' });
                },
              }),
            ),
            attempt,
          )
        : attempt,
    );
  };
}
