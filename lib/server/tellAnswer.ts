import type { SessionLink } from '../connection/sessionLink.js';
import type { FailureMessage, RefusalMessage, ReplyMessage } from '../protocols/message.js';

/**
 * Answers with what the application gave. Where its data cannot be encoded, that is reported (`hookFailed`, hook `hook`), and the answer goes
 * without it: whoever asked is not to wait for ever. Does nothing on a session that is not open, and never throws.
 */
export function tellAnswer(link: SessionLink, hook: string, message: ReplyMessage | FailureMessage | RefusalMessage): void {
  if (!link.open) return;
  try {
    link.transmit(message);
  } catch (cause) {
    link.report({ type: 'hookFailed', hook, cause });
    link.tell({ ...message, data: undefined });
  }
}
