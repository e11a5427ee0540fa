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

/** Fields that an error of one kind has. */
type Fields = Readonly<Record<string, unknown>>;

/**
 * Everything that goes wrong with a gateway is one of these: an `Error` with a `kind`, a `retryable` flag, its data as readonly
 * fields and the original in `cause`. `JSON.stringify(error)` gives all of that but the cause.
 */
export abstract class GatewayError extends Error {
  declare readonly kind: GatewayErrorKind;
  declare readonly retryable: boolean;
  declare readonly retryAfter?: number | undefined;
  declare readonly spread?: number | undefined;

  protected constructor(kind: GatewayErrorKind, message: string, fields: Fields, options: GatewayErrorOptions = {}) {
    // Of the options, `Error` takes the cause, and makes it a property that is not enumerable.
    super(message, options.cause === undefined ? {} : options);
    const name = `${kind[0]?.toUpperCase()}${kind.slice(1)}Error`;
    for (const [field, value] of Object.entries({ name, kind, retryable: false, ...fields, ...options }))
      if (value !== undefined) (this as unknown as Record<string, unknown>)[field] = value;
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
  declare readonly kind: 'connectFailed';
  declare readonly reason: 'provider' | 'network' | 'unsupported';
  constructor(reason: 'provider' | 'network' | 'unsupported', message: string, options?: GatewayErrorOptions) {
    super('connectFailed', message, { reason, retryable: reason !== 'unsupported' }, options);
  }
}

/** Provider, upgrade and greeting together took longer than `connectTimeout`. */
export class ConnectTimeoutError extends GatewayError {
  declare readonly kind: 'connectTimeout';
  declare readonly timeout: number;
  constructor(timeout: number) {
    super('connectTimeout', `No session within connectTimeout (${timeout} ms)`, { timeout, retryable: true });
  }
}

/** Options of the errors that a verdict decides. */
export interface VerdictErrorOptions extends GatewayErrorOptions {
  /** The verdict was `'refresh'`: another credential may be let in. */
  readonly refresh?: boolean;
}

/** The gateway answered the upgrade with an HTTP status instead of 101. Only Node can see it; a browser reports a failed connect. */
export class HandshakeRejectedError extends GatewayError {
  declare readonly kind: 'handshakeRejected';
  declare readonly status: number;
  /** The verdict was `'refresh'`: another credential may be let in. */
  declare readonly refresh: boolean;
  constructor(status: number, options?: VerdictErrorOptions) {
    super('handshakeRejected', `The upgrade was refused with HTTP ${status}`, { status, refresh: false }, options);
  }
}

/** A session that was open is gone, whoever ended it; or a request was to fail rather than wait for one. */
export class ConnectionLostError extends GatewayError {
  declare readonly kind: 'connectionLost';
  declare readonly code: number;
  declare readonly reason: string;
  declare readonly wasClean: boolean;
  /** The verdict was `'refresh'`: another credential may be let in. */
  declare readonly refresh: boolean;
  constructor(code: number, reason: string, wasClean: boolean, options?: VerdictErrorOptions) {
    const fields = { code, reason, wasClean, retryable: true, refresh: false };
    super('connectionLost', `Connection lost: close code ${code}${reason && ` (${reason})`}`, fields, options);
  }
}

/** The other side showed no sign of life for `timeout` milliseconds after it should have. */
export class HeartbeatTimeoutError extends GatewayError {
  declare readonly kind: 'heartbeatTimeout';
  declare readonly timeout: number;
  constructor(timeout: number) {
    super('heartbeatTimeout', `No sign of life within the heartbeat's timeout (${timeout} ms)`, { timeout, retryable: true });
  }
}

/** The gateway did not accept who we are, or authentication could not be carried out (then `retryable`). */
export class AuthenticationError extends GatewayError {
  declare readonly kind: 'authentication';
  constructor(message: string, options?: GatewayErrorOptions) {
    super('authentication', message, {}, options);
  }
}

/** No reply, or no session to ask on, within the request's `timeout`. */
export class RequestTimeoutError extends GatewayError {
  declare readonly kind: 'requestTimeout';
  declare readonly command: string;
  declare readonly timeout: number;
  constructor(command: string, timeout: number, what = 'was not answered') {
    super('requestTimeout', `"${command}" ${what} within its timeout (${timeout} ms)`, {
      command,
      timeout,
      retryable: true,
    });
  }
}

/** Options of the errors that carry what the gateway said. */
export interface AnsweredErrorOptions extends GatewayErrorOptions {
  /** The text of the error reply. */
  readonly detail?: string | undefined;
}

/** The gateway answered a request with an error reply. A command's handler throws one to answer so: `detail` is then the text that goes out. */
export class RequestFailedError extends GatewayError {
  declare readonly kind: 'requestFailed';
  declare readonly command: string;
  declare readonly code: string | number;
  declare readonly data?: unknown;
  /** The text of the error reply. */
  declare readonly detail?: string | undefined;
  constructor(command: string, code: string | number, data?: unknown, options?: AnsweredErrorOptions) {
    const text = options?.detail ? `: ${options.detail}` : '';
    const fields = { command, code, data, retryable: options?.retryAfter !== undefined };
    super('requestFailed', `"${command}" failed with ${code}${text}`, fields, options);
  }
}

/** The gateway refused a topic, or did not confirm it within `confirmTimeout` (code `'TIMEOUT'`, retryable). */
export class SubscriptionRejectedError extends GatewayError {
  declare readonly kind: 'subscriptionRejected';
  declare readonly topic: string;
  declare readonly code: string | number;
  declare readonly data?: unknown;
  /** The text of the refusal. */
  declare readonly detail?: string | undefined;
  constructor(topic: string, code: string | number, data?: unknown, options?: AnsweredErrorOptions) {
    const text = options?.detail ? `: ${options.detail}` : '';
    super('subscriptionRejected', `Topic "${topic}" was refused with ${code}${text}`, { topic, code, data }, options);
  }
}

/** A frame that could not be read (`'in'`) or a value that could not be written (`'out'`). The frame itself is never quoted. */
export class MalformedMessageError extends GatewayError {
  declare readonly kind: 'malformedMessage';
  declare readonly direction: 'in' | 'out';
  constructor(direction: 'in' | 'out', message: string, options?: GatewayErrorOptions) {
    super('malformedMessage', message, { direction }, options);
  }
}

/** A payload that its codec refused, with the paths at fault and none of the values. */
export class ValidationError extends GatewayError {
  declare readonly kind: 'validation';
  declare readonly subject: string;
  declare readonly paths: readonly string[];
  constructor(subject: string, paths: readonly string[], options?: GatewayErrorOptions) {
    const message = `The payload of "${subject}" is not what the contract says, at ${paths.join(', ')}`;
    super('validation', message, { subject, paths }, options);
  }
}

/** The bounded line of waiting requests, sends or items is full; the newcomer gets this error, what waits is kept. */
export class OutboxOverflowError extends GatewayError {
  declare readonly kind: 'outboxOverflow';
  declare readonly limit: number;
  constructor(limit: number) {
    super('outboxOverflow', `${limit} are waiting already (maxWaiting)`, { limit, retryable: true });
  }
}

/** The application closed the gateway, or drained it: there will be no further session. */
export class GatewayClosedError extends GatewayError {
  declare readonly kind: 'gatewayClosed';
  constructor() {
    super('gatewayClosed', 'The gateway was closed', {});
  }
}
