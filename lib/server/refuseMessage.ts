import type { SessionLink } from '../connection/sessionLink.js';
import type { DropReason } from '../events/gatewayEvent.js';
import type { Message } from '../protocols/message.js';

/** What a client is told of a message that does not reach its handler. */
export interface MessageRefusal {
  readonly code: string;
  /** In plain words. */
  readonly message: string;
  /** Milliseconds. */
  readonly retryAfter?: number | undefined;
  /** What is counted where nobody waits for an answer. */
  readonly drop: DropReason;
}

/** Answers a message in place of its handler: a request with an error reply, a subscribe with a refusal. Any other is a counted drop. */
export function refuseMessage(link: SessionLink, message: Message, { code, retryAfter, drop, ...rest }: MessageRefusal): void {
  if (message.kind === 'request') link.tell({ kind: 'failure', id: message.id, code, message: rest.message, retryAfter });
  else if (message.kind === 'subscribe') {
    const data = retryAfter === undefined ? undefined : { retryAfter };
    link.tell({ kind: 'refusal', id: message.id, code, message: rest.message, data });
  } else link.drop(drop);
}
