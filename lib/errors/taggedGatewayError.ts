import type {
  AuthenticationError,
  ConnectFailedError,
  ConnectionLostError,
  ConnectTimeoutError,
  GatewayClosedError,
  GatewayErrorKind,
  HandshakeRejectedError,
  HeartbeatTimeoutError,
  MalformedMessageError,
  OutboxOverflowError,
  RequestFailedError,
  RequestTimeoutError,
  SubscriptionRejectedError,
  ValidationError,
} from './gatewayErrors.js';

/** Every error of a gateway as one union, told apart by `kind`: for `switch`, `matchError` and libraries that match on a tag. */
export type TaggedGatewayError =
  | AuthenticationError
  | ConnectFailedError
  | ConnectionLostError
  | ConnectTimeoutError
  | GatewayClosedError
  | HandshakeRejectedError
  | HeartbeatTimeoutError
  | MalformedMessageError
  | OutboxOverflowError
  | RequestFailedError
  | RequestTimeoutError
  | SubscriptionRejectedError
  | ValidationError;

/** The error of one kind. */
export type GatewayErrorOf<K extends GatewayErrorKind> = Extract<TaggedGatewayError, { readonly kind: K }>;
