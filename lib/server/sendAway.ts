import type { SessionLink } from '../connection/sessionLink.js';
import type { RejectReason } from '../events/gatewayEvent.js';

/** When a peer that is sent away may come back: the client's table of verdicts heeds it with 1013 and 4429. Milliseconds. */
export interface ReturnAdvice {
  readonly retryAfter: number;
  /** The attempts of many peers are spread over so much more. */
  readonly spread?: number | undefined;
}

/**
 * Closes the connection of a peer that may not stay, and reports why. With advice, the reason of the close frame is JSON. Does nothing where it is
 * closing already: that end has another cause.
 */
export function sendAway(link: SessionLink, code: number, reason: RejectReason, advice?: ReturnAdvice): void {
  if (!link.open) return;
  link.report({ type: 'rejected', session: link.id, code, reason });
  link.close(code, advice ? JSON.stringify({ reason, ...advice }) : reason);
}
