import { ConnectionLostError } from '../errors/gatewayErrors.js';
import type { Message } from '../protocols/message.js';
import type { SessionLink } from './sessionLink.js';
import { failure, reply } from './waiting.js';

/** Takes one inbound message where it belongs: one switch, one look-up. What belongs nowhere is counted. */
export function dispatch(link: SessionLink, message: Message): void {
  const { kind } = message;
  switch (kind) {
    case 'reply':
      if (reply(link, message)) link.served = true;
      else link.drop('unmatchedReply');
      return;
    case 'failure':
      if (!failure(link, message) && !link.topics.answer(message)) link.drop('unmatchedReply');
      return;
    case 'confirmation':
    case 'refusal':
      if (kind === 'confirmation') link.served = true;
      if (!link.topics.answer(message)) link.drop('unmatchedConfirmation');
      return;
    case 'notification':
      link.topics.take(message);
      link.handlers.notification?.(message, link);
      return;
    case 'ended':
      link.topics.take(message);
      return;
    case 'closed': {
      const { reason, retryable = false } = message;
      const end = { code: 1000, reason, wasClean: true, by: 'them' } as const;
      link.socket.terminate();
      link.end({ ...end, error: new ConnectionLostError(1000, reason, true, { retryable }) });
      return;
    }
    case 'malformed':
      link.counters.drops.malformed++;
      link.report({ type: kind, session: link.id, error: message.error });
      link.handlers[kind]?.(message, link);
      return;
    case 'ping':
      link.tell({ kind: 'pong', timestamp: message.timestamp });
      return;
    case 'pong':
      link.pong?.(link, message.timestamp, false);
      return;
    default: {
      const handler = link.handlers[kind];
      if (handler) {
        handler(message, link);
        return;
      }
      // A message that has no meaning here may still be one that the application listens to.
      if (kind !== 'other' || !link.messages?.observed) link.drop('unhandled');
      if (kind === 'request') link.tell({ kind: 'failure', id: message.id, code: 'UNKNOWN_COMMAND' });
    }
  }
}
