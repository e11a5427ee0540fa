import { asyncScheduler, type Subscriber } from 'rxjs';
import { type GatewayError, RequestFailedError, RequestTimeoutError } from '../errors/gatewayErrors.js';
import type { FailureMessage, MessageId, ReplyMessage } from '../protocols/message.js';
import type { SessionLink } from './sessionLink.js';

/** A request under way: plain data, held by a session's map or by the line of those that wait. */
export interface PendingRequest {
  readonly kind: 'request';
  readonly subscriber: Subscriber<unknown>;
  readonly command: string;
  readonly data: unknown;
  readonly stream: boolean;
  readonly key: string | undefined;
  readonly timeout: number;
  /** RxJS time in ms; `Infinity` once a stream has begun. */
  deadline: number;
  id: MessageId;
  sentAt: number;
  /** Takes an idempotent request back when its session is lost. */
  readonly retake: ((request: PendingRequest) => void) | undefined;
  /** Who would have to forget it; undefined once it is settled. */
  owner: { cancel(request: PendingRequest): void } | undefined;
}

/** What the map needs of its session. */
export type PendingRequestsHost = Pick<
  SessionLink,
  'counters' | 'keepsPlace' | 'nextId' | 'clock' | 'transmit' | 'tell' | 'watch' | 'terminate'
>;

export interface PendingRequests {
  /** How many wait for a reply. */
  readonly size: number;
  /** How many the end of the session, or its close, left without a reply. */
  readonly lost: number;
  /** Called whenever the last one settled. */
  whenIdle: (() => void) | undefined;
  start(request: PendingRequest): void;
  cancel(request: PendingRequest): void;
  /** Whether the message belonged to a request. */
  reply(message: ReplyMessage): boolean;
  failure(message: FailureMessage): boolean;
  /** Settles what is due and returns the next deadline. */
  expire(now: number): number;
  failAll(error: GatewayError, retake: boolean): void;
}

/** The requests of one session that wait for their replies: one map entry each, found by id. */
export function createPendingRequests(host: PendingRequestsHost): PendingRequests {
  const { counters } = host;
  const pending = new Map<MessageId, PendingRequest>();
  let active = 0;
  let unanswered = 0;

  const settle = (request: PendingRequest): void => {
    request.owner = undefined;
    counters.pending--;
    if (--active === 0) requests.whenIdle?.();
  };

  /** The reply of an abandoned request still comes: by order, it would be taken for the next one's. */
  const abandon = (request: PendingRequest): void => {
    if (host.keepsPlace) host.watch((request.deadline = asyncScheduler.now() + request.timeout));
    else pending.delete(request.id);
    settle(request);
    host.tell({ kind: 'cancel', id: request.id });
  };

  const requests: PendingRequests = {
    get size() {
      return active;
    },
    get lost() {
      return unanswered;
    },
    whenIdle: undefined,

    start(request) {
      const id = (request.id = host.nextId());
      pending.set(id, request);
      request.owner = requests;
      active++;
      counters.pending++;
      request.sentAt = host.clock();
      try {
        host.transmit({
          kind: 'request',
          id,
          command: request.command,
          data: request.data,
          stream: request.stream,
          key: request.key,
        });
      } catch (error) {
        pending.delete(id);
        settle(request);
        request.subscriber.error(error);
        return;
      }
      host.watch(request.deadline);
    },

    cancel: abandon,

    reply({ id, data, last }) {
      const request = pending.get(id);
      if (!request) return false;
      if (!request.owner) {
        if (last) pending.delete(id);
        return false;
      }
      counters.replyTime.record(host.clock() - request.sentAt);
      if (request.stream && !last) {
        // Both are for the first reply; a stream may then be silent for as long as it likes.
        request.sentAt = NaN;
        request.deadline = Infinity;
        request.subscriber.next(data);
        return true;
      }
      pending.delete(id);
      settle(request);
      if (!last) host.tell({ kind: 'cancel', id });
      if (!request.stream || data !== undefined) request.subscriber.next(data);
      request.subscriber.complete();
      return true;
    },

    failure({ id, code, data, message, retryAfter }) {
      const request = pending.get(id);
      if (!request) return false;
      pending.delete(id);
      if (!request.owner) return false;
      settle(request);
      request.subscriber.error(new RequestFailedError(request.command, code, data, { detail: message, retryAfter }));
      return true;
    },

    expire(now) {
      let next = Infinity;
      for (const request of pending.values()) {
        if (request.deadline > now) next = Math.min(next, request.deadline);
        else if (request.owner) {
          abandon(request);
          request.subscriber.error(new RequestTimeoutError(request.command, request.timeout));
        } else {
          // Its place was not cleared for a second timeout: nothing that comes can be told apart any more.
          host.terminate(new RequestTimeoutError(request.command, request.timeout));
          return Infinity;
        }
      }
      return next;
    },

    failAll(error, retake) {
      const lost = [...pending.values()].filter((request) => request.owner);
      pending.clear();
      unanswered += lost.length;
      for (const request of lost) {
        settle(request);
        if (retake && request.retake) request.retake(request);
        else request.subscriber.error(error);
      }
    },
  };
  return requests;
}
