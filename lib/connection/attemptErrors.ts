import {
  AuthenticationError,
  ConnectFailedError,
  ConnectionLostError,
  GatewayError,
  HandshakeRejectedError,
} from '../errors/gatewayErrors.js';
import { createReporter } from '../events/reporter.js';
import type { ConnectSettings } from './connectConfig.js';
import type { CredentialUse } from './credentialState.js';
import { publicUrl } from './gatewayUrl.js';
import { errorOptionsOf, type Verdict, verdictOnClose } from './verdict.js';

/** Makes errors of the ends of one attempt, as the verdicts say. */
export interface AttemptErrors {
  /** The socket never opened. */
  failed(
    url: string,
    cause: unknown,
    rejection: { readonly status: number; readonly verdict: Verdict } | undefined,
  ): GatewayError;
  /** The other side ended the session, or vanished. */
  lost(code: number, reason: string, wasClean: boolean, cause: unknown): ConnectionLostError;
  /** The greeting was refused. */
  refused(error: GatewayError): GatewayError;
}

/** The errors of an attempt with this credential. */
export function createAttemptErrors(settings: ConnectSettings, use: CredentialUse): AttemptErrors {
  /** Another credential helps only if a provider can be asked for one, and was not just asked. */
  const canRenew = (): boolean => settings.renewable && use.refused();
  const optionsOf = (verdict: Verdict) =>
    verdict === 'refresh' ? { retryable: canRenew(), refresh: true } : errorOptionsOf(verdict);
  const overruled = (code: number, reason: string): Verdict | undefined => {
    try {
      return settings.closeCodes?.(code, reason) ?? settings.protocol.closeCodes?.(code, reason);
    } catch (cause) {
      // Thrown on, it would only reach the socket's close event, and nobody would learn that the session is over.
      createReporter(settings.events)({ type: 'hookFailed', hook: 'closeCodes', cause });
      return undefined;
    }
  };
  return {
    failed(url, cause, rejection) {
      if (rejection) {
        return new HandshakeRejectedError(rejection.status, { cause, ...optionsOf(rejection.verdict) });
      }
      if (cause instanceof GatewayError) return cause;
      const code = (cause as { code?: unknown } | undefined)?.code;
      const why = typeof code === 'string' ? `: ${code}` : '';
      return new ConnectFailedError('network', `Could not connect to ${publicUrl(url)}${why}`, { cause });
    },
    lost(code, reason, wasClean, cause) {
      const verdict = overruled(code, reason) ?? verdictOnClose(code, reason);
      return new ConnectionLostError(code, reason, wasClean, { cause, ...optionsOf(verdict) });
    },
    refused: (error) =>
      error.kind === 'authentication' && canRenew()
        ? new AuthenticationError(error.message, { cause: error, retryable: true })
        : error,
  };
}
