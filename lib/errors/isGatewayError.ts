import type { GatewayErrorKind } from './gatewayErrors.js';
import type { TaggedGatewayError } from './taggedGatewayError.js';

const kinds: Readonly<Record<GatewayErrorKind, true>> = {
  authentication: true,
  connectFailed: true,
  connectionLost: true,
  connectTimeout: true,
  gatewayClosed: true,
  handshakeRejected: true,
  heartbeatTimeout: true,
  malformedMessage: true,
  outboxOverflow: true,
  requestFailed: true,
  requestTimeout: true,
  subscriptionRejected: true,
  validation: true,
};

/**
 * Whether a value is an error of the gateway, by its `kind`: `instanceof` fails where a package was installed twice.
 *
 * @example
 * if (isGatewayError(error) && error.kind === 'requestFailed') console.log(error.code);
 */
export const isGatewayError = (value: unknown): value is TaggedGatewayError =>
  value instanceof Error && Object.hasOwn(kinds, String((value as Partial<TaggedGatewayError>).kind));
