import type { Message } from '../protocols/message.js';
import type { SessionLink } from './sessionLink.js';

/** Takes one inbound message where it belongs: one switch, one look-up. What belongs nowhere is counted. */
export function dispatch(link: SessionLink, message: Message): void {
  const { requests, topics, handlers } = link;
  switch (message.kind) {
    case 'reply':
      if (requests.reply(message)) link.served = true;
      else link.drop('unmatchedReply');
      return;
    case 'notification':
      topics.notification(message);
      return;
    case 'failure':
      if (!requests.failure(message) && !topics.refusal(message)) link.drop('unmatchedReply');
      return;
    case 'confirmation':
      link.served = true;
      topics.confirmation(message);
      return;
    case 'refusal':
      if (!topics.refusal(message)) link.drop('unmatchedConfirmation');
      return;
    case 'ended':
      topics.ended(message);
      return;
    case 'malformed':
      link.counters.drops.malformed++;
      link.report({ type: 'malformed', session: link.id, error: message.error });
      return;
    case 'ping':
      link.tell({ kind: 'pong', timestamp: message.timestamp });
      return;
    case 'pong':
      link.pong?.(message.timestamp, false);
      return;
    default: {
      const handler = handlers[message.kind];
      if (handler) handler(message);
      // A message that has no meaning here may still be one that the application listens to.
      else if (message.kind !== 'other' || !link.listened()) link.drop('unhandled');
      if (!handler && message.kind === 'request') link.tell({ kind: 'failure', id: message.id, code: 'UNKNOWN_COMMAND' });
    }
  }
}
