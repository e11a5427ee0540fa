/** What a {@link GatewayError} is about: the class name without `Error`, lower camel. A closed union, made for `switch`. */
export type GatewayErrorKind =
  | 'connectFailed'
  | 'connectTimeout'
  | 'handshakeRejected'
  | 'connectionLost'
  | 'heartbeatTimeout'
  | 'authentication'
  | 'requestTimeout'
  | 'requestFailed'
  | 'subscriptionRejected'
  | 'malformedMessage'
  | 'validation'
  | 'outboxOverflow'
  | 'gatewayClosed';

/** Options that every error of the family takes. */
export interface GatewayErrorOptions {
  /** The error or event behind this one. It is not part of `toJSON()`, since it may quote what was sent. */
  readonly cause?: unknown;
  /** Whether trying again can help; `retryBackoff` reads it. */
  readonly retryable?: boolean;
  /** Advice of the gateway: do not try again before this many milliseconds. */
  readonly retryAfter?: number | undefined;
  /** With `retryAfter`: spread the attempts over this many milliseconds more. */
  readonly spread?: number | undefined;
}

/**
 * Everything that goes wrong with a gateway is one of these: an `Error` with a `kind`, a `retryable` flag, its data as readonly
 * fields and the original in `cause`. `JSON.stringify(error)` gives all of that but the cause.
 */
export abstract class GatewayError extends Error {
  abstract readonly kind: GatewayErrorKind;
  readonly retryable: boolean;
  declare readonly retryAfter?: number;
  declare readonly spread?: number;

  constructor(message: string, { cause, retryable = false, retryAfter, spread }: GatewayErrorOptions = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.retryable = retryable;
    if (retryAfter !== undefined) this.retryAfter = retryAfter;
    if (spread !== undefined) this.spread = spread;
  }

  toJSON(): Record<string, unknown> {
    // Own enumerable fields only: `cause` and `stack` are neither.
    return { ...(this as object), message: this.message };
  }
}

/**
 * No connection came about: a provider failed (`'provider'`), the network did (`'network'`), or this runtime lacks what was asked
 * for (`'unsupported'`, never retryable).
 */
export class ConnectFailedError extends GatewayError {
  readonly kind = 'connectFailed';
  override readonly name = 'ConnectFailedError';
  constructor(
    readonly reason: 'provider' | 'network' | 'unsupported',
    message: string,
    options?: GatewayErrorOptions,
  ) {
    super(message, { retryable: reason !== 'unsupported', ...options });
  }
}

/** Provider, upgrade and greeting together took longer than `connectTimeout`. */
export class ConnectTimeoutError extends GatewayError {
  readonly kind = 'connectTimeout';
  override readonly name = 'ConnectTimeoutError';
  constructor(readonly timeout: number) {
    super(`No session within connectTimeout (${timeout} ms): see whether the gateway answers the upgrade`, { retryable: true });
  }
}

/** The gateway answered the upgrade with an HTTP status instead of 101. Only Node can see it; a browser reports a failed connect. */
export class HandshakeRejectedError extends GatewayError {
  readonly kind = 'handshakeRejected';
  override readonly name = 'HandshakeRejectedError';
  constructor(
    readonly status: number,
    options?: GatewayErrorOptions & { readonly refresh?: boolean },
  ) {
    super(`The gateway refused the upgrade with HTTP ${status}`, options);
    this.refresh = options?.refresh ?? false;
  }
  /** The verdict was `'refresh'`: another credential may be let in. */
  readonly refresh: boolean;
}

/** A session that was open is gone, whoever ended it; or a request was to fail rather than wait for one. */
export class ConnectionLostError extends GatewayError {
  readonly kind = 'connectionLost';
  override readonly name = 'ConnectionLostError';
  constructor(
    readonly code: number,
    readonly reason: string,
    readonly wasClean: boolean,
    options?: GatewayErrorOptions & { readonly refresh?: boolean },
  ) {
    super(`The connection was lost: close code ${code}${reason && ` (${reason})`}`, { retryable: true, ...options });
    this.refresh = options?.refresh ?? false;
  }
  /** The verdict was `'refresh'`: another credential may be let in. */
  readonly refresh: boolean;
}

/** The other side showed no sign of life for `timeout` milliseconds after it should have. */
export class HeartbeatTimeoutError extends GatewayError {
  readonly kind = 'heartbeatTimeout';
  override readonly name = 'HeartbeatTimeoutError';
  constructor(readonly timeout: number) {
    super(`No sign of life within the heartbeat's timeout (${timeout} ms): the connection is taken for dead`, {
      retryable: true,
    });
  }
}

/** The gateway did not accept who we are, or authentication could not be carried out (then `retryable`). */
export class AuthenticationError extends GatewayError {
  readonly kind = 'authentication';
  override readonly name = 'AuthenticationError';
}

/** No reply, or no session to ask on, within the request's `timeout`. */
export class RequestTimeoutError extends GatewayError {
  readonly kind = 'requestTimeout';
  override readonly name = 'RequestTimeoutError';
  constructor(
    readonly command: string,
    readonly timeout: number,
  ) {
    super(`"${command}" was not answered within its timeout (${timeout} ms)`, { retryable: true });
  }
}

/** The gateway answered a request with an error reply. A command's handler throws one to answer so: `message` is then the text that goes out. */
export class RequestFailedError extends GatewayError {
  readonly kind = 'requestFailed';
  override readonly name = 'RequestFailedError';
  constructor(
    readonly command: string,
    readonly code: string | number,
    readonly data?: unknown,
    options?: GatewayErrorOptions & { readonly message?: string | undefined },
  ) {
    super(`"${command}" failed with ${code}${options?.message ? `: ${options.message}` : ''}`, {
      retryable: options?.retryAfter !== undefined,
      ...options,
    });
    if (options?.message) this.detail = options.message;
  }
  /** The text of the error reply. */
  declare readonly detail?: string;
}

/** The gateway refused a topic, or did not confirm it within `confirmTimeout` (code `'TIMEOUT'`, retryable). */
export class SubscriptionRejectedError extends GatewayError {
  readonly kind = 'subscriptionRejected';
  override readonly name = 'SubscriptionRejectedError';
  constructor(
    readonly topic: string,
    readonly code: string | number,
    readonly data?: unknown,
    options?: GatewayErrorOptions & { readonly message?: string | undefined },
  ) {
    super(`The gateway did not grant topic "${topic}": ${code}${options?.message ? `: ${options.message}` : ''}`, options);
  }
}

/** A frame that could not be read (`'in'`) or a value that could not be written (`'out'`). The frame itself is never quoted. */
export class MalformedMessageError extends GatewayError {
  readonly kind = 'malformedMessage';
  override readonly name = 'MalformedMessageError';
  constructor(
    readonly direction: 'in' | 'out',
    message: string,
    options?: GatewayErrorOptions,
  ) {
    super(message, options);
  }
}

/** A payload that its codec refused, with the paths at fault and none of the values. */
export class ValidationError extends GatewayError {
  readonly kind = 'validation';
  override readonly name = 'ValidationError';
  constructor(
    readonly subject: string,
    readonly paths: readonly string[],
    options?: GatewayErrorOptions,
  ) {
    super(`The payload of "${subject}" is not what the contract says, at ${paths.join(', ')}`, options);
  }
}

/** The bounded line of waiting requests, sends or items is full; the newcomer gets this error, what waits is kept. */
export class OutboxOverflowError extends GatewayError {
  readonly kind = 'outboxOverflow';
  override readonly name = 'OutboxOverflowError';
  constructor(readonly limit: number) {
    super(`${limit} are waiting already (maxWaiting): wait for a session, or raise the bound`, { retryable: true });
  }
}

/** The application closed the gateway, or drained it: there will be no further session. */
export class GatewayClosedError extends GatewayError {
  readonly kind = 'gatewayClosed';
  override readonly name = 'GatewayClosedError';
  constructor() {
    super('The gateway was closed by this side');
  }
}
