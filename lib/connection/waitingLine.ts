import { OutboxOverflowError, RequestTimeoutError } from '../errors/gatewayErrors.js';
import { createDeadlines } from './deadlines.js';
import type { PendingRequest } from './pendingRequests.js';
import type { AnySession } from './session.js';
import { type SessionLink, sessionLink } from './sessionLink.js';
import type { WaitingSend } from './waitingSend.js';

/** What can wait for a session. */
export type Waiting = PendingRequest | WaitingSend;

/** The requests and sends that wait for the next session, in the order of their subscription. */
export interface WaitingLine {
  readonly size: number;
  /** Puts one at the end; if the line is full, that one fails. */
  add(waiting: Waiting): void;
  cancel(waiting: Waiting): void;
  /** Gives everything to the session, in order, for as long as it is open; returns how many. */
  flush(session: AnySession): number;
  failAll(error: unknown): void;
}

/** Sends what waited, or at last can be sent at once. */
export function sendNow(link: SessionLink, waiting: Waiting): void {
  if (waiting.kind === 'request') {
    link.requests.start(waiting);
    return;
  }
  waiting.owner = undefined;
  try {
    link.transmit({ kind: 'send', command: waiting.command, data: waiting.data });
    waiting.subscriber.complete();
  } catch (error) {
    waiting.subscriber.error(error);
  }
}

/** An empty line that holds at most `maxWaiting`. */
export function createWaitingLine(maxWaiting: number): WaitingLine {
  // A Set keeps the order and forgets any of its members at once.
  const members = new Set<Waiting>();
  const leave = (waiting: Waiting): void => {
    members.delete(waiting);
    waiting.owner = undefined;
    if (members.size === 0) deadlines.stop();
  };
  const deadlines = createDeadlines((now) => {
    let next = Infinity;
    for (const waiting of members)
      if (waiting.deadline > now) next = Math.min(next, waiting.deadline);
      else {
        leave(waiting);
        waiting.subscriber.error(new RequestTimeoutError(waiting.command, waiting.timeout, 'found no session'));
      }
    return next;
  });

  const line: WaitingLine = {
    get size() {
      return members.size;
    },
    add(waiting) {
      if (members.size >= maxWaiting) {
        waiting.subscriber.error(new OutboxOverflowError(maxWaiting));
        return;
      }
      members.add(waiting);
      waiting.owner = line;
      deadlines.watch(waiting.deadline);
    },
    cancel: leave,
    flush(session) {
      let sent = 0;
      for (const waiting of members) {
        if (!session.open) break;
        leave(waiting);
        sendNow(sessionLink(session), waiting);
        sent++;
      }
      return sent;
    },
    failAll(error) {
      for (const waiting of members) {
        leave(waiting);
        waiting.subscriber.error(error);
      }
    },
  };
  return line;
}
