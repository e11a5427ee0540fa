import type { Observer } from 'rxjs';
import type { SessionEnd } from '../connection/session.js';
import type { GatewayError } from '../errors/gatewayErrors.js';
import type { MessageKind } from '../protocols/message.js';

/** Why something was not delivered; each has a counter. */
export type DropReason =
  /** A reply to a request that is settled, or that nobody made. */
  | 'unmatchedReply'
  /** A notification that nobody asked for. */
  | 'unroutedNotification'
  /** The line of notifications held for a confirmation was full; the oldest went. */
  | 'heldOverflow'
  /** A confirmation, refusal or end of a topic that is not subscribed. */
  | 'unmatchedConfirmation'
  /** A message that no stage of this side handles. */
  | 'unhandled'
  /** A frame, or a part of one, that could not be read. */
  | 'malformed'
  /** A payload that its codec refused, where nobody waits for an answer. */
  | 'invalid'
  /** A message above a rate limit, where nobody waits for an answer. */
  | 'rateLimited'
  /** A command that nobody waits for an answer to, of a peer that has as many at work as it may. */
  | 'busy'
  /** A message that came before its peer was let in, where nobody waits for an answer and the line of held messages was full. */
  | 'unauthenticated'
  /** All that a peer's socket had not handed on when it held more than `maxBuffered`: counted once, and the peer was dropped. */
  | 'maxBuffered'
  /** A notification, a send or a reply of a stream that a peer was too slow for: see `slowConsumers` and `commands`. */
  | 'slowConsumer';

/** Why a server sends a peer away. */
export type RejectReason =
  /** The login was refused. */
  | 'loginRefused'
  /** No login within its `timeout`, or its check was not done by then. */
  | 'loginTimeout'
  /** Refreshes of the credential were refused, or cancelled, too often. */
  | 'refreshRefused'
  /** The credential ran out. */
  | 'expired'
  /** A later check of the identity said no. */
  | 'revalidation'
  /** The application revoked the user. */
  | 'revoked'
  /** A connection limit is reached: the newcomer goes. */
  | 'limit'
  /** A connection limit is reached: the oldest goes, to make room for a newer one. */
  | 'replaced'
  /** It sent data that `validated({ close })` refused. */
  | 'invalidData'
  /** Too many messages above a rate limit. */
  | 'violations'
  /** It does not read what it is sent: its socket held more than `maxBuffered`. */
  | 'maxBuffered'
  /** It reads too slowly: it was behind for too long, or what waited for it was too much. */
  | 'slowConsumer'
  /** It was connected for as long as `lifetime` says. */
  | 'lifetime'
  /** The server is being drained. */
  | 'draining';

/** Why a server did not take an upgrade. */
export type UpgradeRefusal =
  /** It is for another path, or no upgrade to a WebSocket (400). */
  | 'path'
  | 'malformed'
  /** The server is being drained, or stopped while the upgrade was looked at (503). */
  | 'draining'
  | 'stopped'
  /** A limit is reached (503, 429). */
  | 'maxConnections'
  | 'maxUpgradesPerSecond'
  /** A page of another origin asks (403). */
  | 'origin'
  /** `authenticate` said no (401, 403 or what else it said), took too long or failed (503). */
  | 'authenticate'
  | 'authenticateTimeout'
  | 'authenticateFailed';

/**
 * What happens, as data. `session` is the generation that an event belongs to: the events of an old session may come late.
 * The events `sent` and `received` are per message, and are only built while somebody observes them. No event holds a payload.
 */
export type GatewayEvent =
  /** An attempt began: provider, upgrade, greeting. */
  | { readonly type: 'connecting'; readonly session: number }
  /**
   * The socket is open and the greeting was accepted. `subprotocol` is the agreed one if it is one of the protocol's own, else empty: one that
   * `connect({ protocols })` offered may be a credential.
   */
  | { readonly type: 'opened'; readonly session: number; readonly url: string; readonly subprotocol: string }
  /** The session is usable: authenticated where there is an `authenticate`. `since` is a time in ms. */
  | { readonly type: 'ready'; readonly session: number; readonly since: number }
  /** An attempt failed, or a session ended. */
  | { readonly type: 'ended'; readonly session: number; readonly end: SessionEnd }
  /** Nobody subscribes to this attempt any more (always the last event of a session); without `session`: to the wait for the next. */
  | { readonly type: 'released'; readonly session?: number }
  /** `retryBackoff` waits `delay` ms, then makes attempt number `attempt`. */
  | { readonly type: 'retrying'; readonly attempt: number; readonly delay: number; readonly cause: unknown }
  /** `retryBackoff` gave up: the stream errors with `cause`. */
  | { readonly type: 'gaveUp'; readonly cause: unknown }
  /** The application began to close: drain, or `session.close()`. */
  | { readonly type: 'closing' }
  /** The application closed for good. */
  | { readonly type: 'closed' }
  /** A credential is being replaced. */
  | { readonly type: 'refreshing' }
  /** A heartbeat was answered after `rtt` ms. */
  | { readonly type: 'heartbeat'; readonly session: number; readonly rtt: number }
  /** A topic is confirmed under `topic`. */
  | { readonly type: 'subscribed'; readonly session: number; readonly topic: string }
  /** The wire subscription of a topic ended: `by` whom. */
  | { readonly type: 'unsubscribed'; readonly session: number; readonly topic: string; readonly by: 'us' | 'them' }
  /** The gateway did not grant a topic. */
  | { readonly type: 'refused'; readonly session: number; readonly topic: string; readonly code: string | number }
  /** A shared stream has a new session: so many wanted topics were subscribed on it, so many waiting requests and sends sent. */
  | { readonly type: 'resumed'; readonly session: number; readonly topics: number; readonly sent: number }
  /** Notifications of `topic` were lost. */
  | { readonly type: 'gap'; readonly session: number; readonly topic: string }
  /** A frame, or a part of one, could not be read. */
  | { readonly type: 'malformed'; readonly session: number; readonly error: GatewayError }
  /** Something was dropped and counted; for `slowConsumer`, once for all that is until the peer has caught up. */
  | { readonly type: 'dropped'; readonly session: number; readonly reason: DropReason }
  /** A payload was not what its codec says; `name` is the command or topic. */
  | { readonly type: 'invalid'; readonly session: number; readonly name: string; readonly error: GatewayError }
  /** A message was above a rate limit, and was refused or dropped; `name` is its command or topic. */
  | {
      readonly type: 'limited';
      readonly session: number;
      readonly name?: string | undefined;
      readonly retryAfter?: number | undefined;
    }
  /** A server closes the connection of a peer that may not stay. */
  | { readonly type: 'rejected'; readonly session: number; readonly code: number; readonly reason: RejectReason }
  /** A server refused an upgrade, with this HTTP status. */
  | { readonly type: 'upgradeRefused'; readonly status: number; readonly reason: UpgradeRefusal; readonly address: string }
  /** A hook of the application threw. */
  | { readonly type: 'hookFailed'; readonly hook: string; readonly cause: unknown }
  | { readonly type: 'sent'; readonly session: number; readonly kind: MessageKind; readonly name?: string | undefined }
  | { readonly type: 'received'; readonly session: number; readonly kind: MessageKind; readonly name?: string | undefined };

/**
 * Where events go. With `observed` (an RxJS Subject has it) per-message events are built only while it is true; an observer
 * without it does not get them.
 */
export interface EventObserver extends Pick<Observer<GatewayEvent>, 'next'> {
  readonly observed?: boolean;
}
