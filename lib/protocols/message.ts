import type { GatewayError } from '../errors/gatewayErrors.js';

/** Correlates a request with its replies, or a subscribe with its confirmation; unique on its session and side. */
export type MessageId = number | string;

/** Where a notification stands in its topic. Offsets count up within one epoch; a new epoch starts anew. */
export interface Position {
  readonly epoch: string;
  readonly offset: number;
}

/** A message that expects one reply, or many with `stream`. `key` stays the same over re-sends of an idempotent request. */
export interface RequestMessage {
  readonly kind: 'request';
  readonly id: MessageId;
  readonly command: string;
  readonly data?: unknown;
  readonly stream?: boolean | undefined;
  readonly key?: string | undefined;
}

/** A command that nobody answers. */
export interface SendMessage {
  readonly kind: 'send';
  readonly command: string;
  readonly data?: unknown;
}

/** The requester is no longer interested in the replies to `id`. */
export interface CancelMessage {
  readonly kind: 'cancel';
  readonly id: MessageId;
}

/** An answer to request `id`. With `last: false` more follow; `last: true` with no `data` ends a stream without a value. */
export interface ReplyMessage {
  readonly kind: 'reply';
  readonly id: MessageId;
  readonly data?: unknown;
  readonly last: boolean;
}

/** The error reply to request `id`. `retryAfter` is milliseconds. */
export interface FailureMessage {
  readonly kind: 'failure';
  readonly id: MessageId;
  readonly code: string | number;
  readonly message?: string | undefined;
  readonly data?: unknown;
  readonly retryAfter?: number | undefined;
  /** `false`: the other side goes on with it, and the session cancels it. Default `true`. */
  readonly last?: boolean | undefined;
}

/** Asks for the notifications of `topic`. `key` names the subscription locally and need not cross the wire. */
export interface SubscribeMessage {
  readonly kind: 'subscribe';
  readonly id: MessageId;
  readonly key: string;
  readonly topic: string;
  readonly params?: unknown;
  readonly since?: Position | undefined;
}

/** The gateway granted subscribe `id`, under the canonical name `topic`: notifications come under that name. */
export interface ConfirmationMessage {
  readonly kind: 'confirmation';
  readonly id: MessageId;
  readonly topic: string;
  readonly position?: Position | undefined;
  readonly recovered?: boolean | undefined;
}

/** The gateway did not grant subscribe `id`, or found fault with it later, which ends the subscription. */
export interface RefusalMessage {
  readonly kind: 'refusal';
  readonly id: MessageId;
  readonly code: string | number;
  readonly message?: string | undefined;
  readonly data?: unknown;
  /** Whether it may be granted later. Default `false`. */
  readonly retryable?: boolean | undefined;
  /** `false`: the other side goes on with it, and the session unsubscribes. Default `true`. */
  readonly last?: boolean | undefined;
}

/** Ends the subscription that subscribe `id` began; `topic` is its confirmed name. */
export interface UnsubscribeMessage {
  readonly kind: 'unsubscribe';
  readonly id: MessageId;
  readonly topic: string;
}

/** A message that the gateway sends unasked, under a topic. */
export interface NotificationMessage {
  readonly kind: 'notification';
  readonly topic: string;
  readonly data?: unknown;
  readonly position?: Position | undefined;
}

/** The gateway has no more to say under `topic`. */
export interface EndedMessage {
  readonly kind: 'ended';
  readonly topic: string;
}

/** The other side ends the session with a message: whatever becomes of its socket, there is nothing more to be said on it. */
export interface ClosedMessage {
  readonly kind: 'closed';
  readonly reason: string;
  /** Whether another session may be had. Default `false`. */
  readonly retryable?: boolean | undefined;
}

/** "Are you there?" `timestamp` comes back in the {@link PongMessage}. */
export interface PingMessage {
  readonly kind: 'ping';
  readonly timestamp?: number | undefined;
}

/** The answer to a {@link PingMessage}. */
export interface PongMessage {
  readonly kind: 'pong';
  readonly timestamp?: number | undefined;
}

/** A well-formed message that this protocol gives no meaning: `body` is what came. */
export interface OtherMessage {
  readonly kind: 'other';
  readonly body: unknown;
}

/** A frame, or a part of one, that could not be read. A server tells it to its peer, where the protocol has a frame for it. */
export interface MalformedMessage {
  readonly kind: 'malformed';
  readonly error: GatewayError;
}

/** One decoded unit, in or out: the same union in both directions and for every protocol. */
export type Message =
  | RequestMessage
  | SendMessage
  | CancelMessage
  | ReplyMessage
  | FailureMessage
  | SubscribeMessage
  | ConfirmationMessage
  | RefusalMessage
  | UnsubscribeMessage
  | NotificationMessage
  | EndedMessage
  | ClosedMessage
  | PingMessage
  | PongMessage
  | OtherMessage
  | MalformedMessage;

/** The `kind` of a {@link Message}. */
export type MessageKind = Message['kind'];
