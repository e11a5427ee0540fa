import type { Subject } from 'rxjs';
import { MalformedMessageError } from '../errors/gatewayErrors.js';
import type { DropReason, GatewayEvent } from '../events/gatewayEvent.js';
import type { Message } from '../protocols/message.js';
import type { Codec, Frame } from '../protocols/protocol.js';
import type { SessionSetup } from './createSession.js';
import { nameOf } from './outbound.js';
import type { SessionLink } from './sessionLink.js';

/** Decodes a frame; a codec that throws against its contract costs that frame only. */
export const decode = (codec: Codec, frame: Frame): Message | readonly Message[] => {
  try {
    return codec.decode(frame);
  } catch (cause) {
    return { kind: 'malformed', error: new MalformedMessageError('in', 'The codec failed on a frame', { cause }) };
  }
};

/** What a session does with messages that are no answer to it, unless a stage takes them over. */
export const createHandlers = (link: () => SessionLink, drop: (reason: DropReason) => void, listened: () => boolean): SessionLink['handlers'] => ({
  ping: (message) => {
    if (message.kind === 'ping') link().tell({ kind: 'pong', timestamp: message.timestamp });
  },
  pong: (message) => {
    if (message.kind === 'pong') link().pong?.(message.timestamp);
  },
  other: () => {
    // A message that has no meaning here may still be one that the application listens to.
    if (!listened()) drop('unhandled');
  },
  request: (message) => {
    drop('unhandled');
    if (message.kind === 'request')
      link().tell({ kind: 'failure', id: message.id, code: 'UNKNOWN_COMMAND', message: 'nobody handles commands here' });
  },
});

/** The receiving half of a session: one switch, one look-up. */
export function createInbound(
  { id, counters, events }: SessionSetup,
  link: SessionLink,
  messages: Subject<Message>,
  drop: (reason: DropReason) => void,
  report: (event: GatewayEvent) => void,
): (message: Message) => void {
  const { requests, topics, handlers } = link;
  const answer = (message: Message): void => {
    switch (message.kind) {
      case 'reply':
        if (!requests.reply(message)) drop('unmatchedReply');
        break;
      case 'notification':
        topics.notification(message);
        break;
      case 'failure':
        if (!requests.failure(message) && !topics.refusal(message)) drop('unmatchedReply');
        break;
      case 'confirmation':
        topics.confirmation(message);
        break;
      case 'refusal':
        if (!topics.refusal(message)) drop('unmatchedConfirmation');
        break;
      case 'ended':
        topics.ended(message);
        break;
      case 'malformed':
        counters.drops.malformed++;
        report({ type: 'malformed', session: id, error: message.error });
        break;
      default: {
        const handler = handlers[message.kind];
        if (handler) handler(message);
        else drop('unhandled');
      }
    }
  };
  return (message) => {
    if (!link.heard && message.kind !== 'ping' && message.kind !== 'pong') link.heard = true;
    if (events?.observed) report({ type: 'received', session: id, kind: message.kind, name: nameOf(message) });
    answer(message);
    if (messages.observed) messages.next(message);
  };
}
