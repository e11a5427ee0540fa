import type { Observable, Subscriber, TeardownLogic, Unsubscribable } from 'rxjs';
import { type GatewayError, RequestFailedError, RequestTimeoutError } from '../errors/gatewayErrors.js';
import type { FailureMessage, MessageId, ReplyMessage } from '../protocols/message.js';
import { directObservable } from './directObservable.js';
import { now } from './now.js';
import type { RequestSpec } from './requestSpec.js';
import type { SessionLink } from './sessionLink.js';

/** Who has the line that a request or a send waits in, and may come back to. */
export interface WaitingHome {
  /** Takes an idempotent request back when its session is lost. */
  retake(waiting: Waiting): void;
  /** It is settled. */
  leave(waiting: Waiting): void;
}

/* eslint-disable no-restricted-syntax -- What a literal makes, V8 puts into old memory from the start, once it has seen many of them wait for long: each
   then costs half as much again. */
/**
 * One subscription of a request or a send: plain data, held by the line of a ledger, then by the session that it was sent on. It is its own
 * teardown: a closure for each would be one more thing to keep for each that is pending.
 */
export class Waiting implements Unsubscribable {
  declare readonly spec: RequestSpec;
  declare readonly subscriber: Subscriber<unknown>;
  /** Of an idempotent request, the same over all sendings. */
  declare readonly key: string | undefined;
  /** RxJS time in ms; `Infinity` once a stream has begun. */
  declare deadline: number;
  declare id: MessageId;
  declare sentAt: number;
  /** The session that owes the answer. */
  declare link: SessionLink | undefined;
  declare home: WaitingHome | undefined;

  constructor(spec: RequestSpec, subscriber: Subscriber<unknown>) {
    const { idempotent, timeout, random } = spec.options;
    this.spec = spec;
    this.subscriber = subscriber;
    this.key = idempotent === true ? generateKey(random) : idempotent || undefined;
    this.deadline = now() + timeout;
    this.id = 0;
    this.sentAt = 0;
    this.link = undefined;
    this.home = undefined;
  }
  /** Its subscription is over: it is given up, if it was not settled. */
  unsubscribe(): void {
    abandon(this);
    this.home?.leave(this);
  }
}
/* eslint-enable */

/** As good as a UUID for the keys of one client: two numbers of 52 random bits. */
const generateKey = (random: () => number): string => `${random()}-${random()}`;

// By itself: a closure over the subscriber, where there is no signal, would be made for each request.
const heed = (signal: AbortSignal, subscriber: Subscriber<unknown>): void => {
  const abort = (): void => {
    subscriber.error(signal.reason);
  };
  if (signal.aborted) abort();
  else {
    // Not by `fromEvent`, which is as large as all that a request is here.
    signal.addEventListener('abort', abort);
    subscriber.add(() => {
      signal.removeEventListener('abort', abort);
    });
  }
};

/**
 * Cold: hands a {@link Waiting} of each subscription to `place`, with what it is to be placed `on`. Aborting the signal errors it with the
 * signal's reason.
 */
export const waitingOf = <T, O = undefined>(
  spec: RequestSpec,
  place: (waiting: Waiting, on: O) => TeardownLogic,
  on?: O,
): Observable<T> =>
  directObservable((subscriber) => {
    const { signal } = spec.options;
    if (signal) {
      heed(signal, subscriber);
      if (subscriber.closed) return undefined;
    }
    return place(new Waiting(spec, subscriber), on as O);
  }, true);

const settle = (request: Waiting, { counters }: SessionLink): void => {
  request.link = undefined;
  counters.pending--;
};

/** Sends at once, or errors. */
export const startOn = (waiting: Waiting, link: SessionLink): Waiting => {
  start(link, waiting);
  return waiting;
};

/** Sends what waited, or at last can be sent at once. A request then waits for its reply: one map entry, found by id. */
export function start(link: SessionLink, waiting: Waiting): void {
  const { spec, subscriber } = waiting;
  const { kind, command, data } = spec;
  try {
    if (kind === 'send') {
      link.transmit({ kind, command, data });
      subscriber.complete();
    } else {
      const id = (waiting.id = link.nextId());
      waiting.link = link;
      link.pending.set(id, waiting);
      link.counters.pending++;
      waiting.sentAt = link.clock();
      link.transmit({ kind, id, command, data, stream: spec.options.stream, key: waiting.key });
      link.watch(waiting.deadline);
    }
  } catch (error) {
    link.pending.delete(waiting.id);
    if (waiting.link) settle(waiting, link);
    subscriber.error(error);
  }
}

/** Gives up a request that was sent. Its reply still comes: by order, it would be taken for the next one's, so the place is kept. */
export function abandon(request: Waiting): void {
  const { link, id } = request;
  if (!link) return;
  if (link.protocol.correlation === 'order') link.watch((request.deadline = now() + request.spec.options.timeout));
  else link.pending.delete(id);
  settle(request, link);
  link.tell({ kind: 'cancel', id });
}

/** Settles what is due, on a session or, without one, in line. */
export function expire(request: Waiting, session?: SessionLink): void {
  const { command, options } = request.spec;
  const error = new RequestTimeoutError(command, options.timeout, session ? undefined : 'found no session');
  // Its place was not cleared for a second timeout: nothing that comes can be told apart any more.
  if (!request.link) session?.terminate(error);
  abandon(request);
  request.subscriber.error(error);
}

/** Whether the reply belonged to a request. */
export function reply(link: SessionLink, { id, data, last }: ReplyMessage): boolean {
  const { pending } = link;
  const request = pending.get(id);
  if (!request?.link) {
    if (last) pending.delete(id);
    return false;
  }
  const { subscriber, spec } = request;
  const { stream } = spec.options;
  const over = last || !stream;
  link.counters.replyTime.record(link.clock() - request.sentAt);
  // Both are for the first reply; a stream may then be silent for as long as it likes.
  request.sentAt = NaN;
  request.deadline = Infinity;
  if (over) {
    pending.delete(id);
    settle(request, link);
    if (!last) link.tell({ kind: 'cancel', id });
  }
  if (!over || !stream || data !== undefined) subscriber.next(data);
  if (over) subscriber.complete();
  return true;
}

/** Whether what was to answer a request belonged to one, which fails with this error. */
export function failWith(
  link: SessionLink,
  { id, last }: Pick<FailureMessage, 'id' | 'last'>,
  errorOf: (command: string) => GatewayError,
): boolean {
  const request = link.pending.get(id);
  link.pending.delete(id);
  if (!request?.link) return false;
  settle(request, link);
  if (last === false) link.tell({ kind: 'cancel', id });
  request.subscriber.error(errorOf(request.spec.command));
  return true;
}

/** Whether the error reply belonged to a request. */
export const failure = (link: SessionLink, failed: FailureMessage): boolean =>
  failWith(link, failed, (command) => {
    const { code, data, message, retryAfter } = failed;
    return new RequestFailedError(command, code, data, { detail: message, retryAfter });
  });

/** Ends all requests of a session: with `error`, unless they may be taken back. */
export function failAll(link: SessionLink, error: GatewayError, retake: boolean): void {
  const all = [...link.pending.values()];
  link.pending.clear();
  for (const request of all) {
    // Whoever heard of the end may have left others.
    if (!request.link) continue;
    link.unanswered++;
    settle(request, link);
    if (retake && request.key && request.home) request.home.retake(request);
    else request.subscriber.error(error);
  }
}
