import type { Subscription } from 'rxjs';
import type { MessageHandlers } from '../connection/sessionLink.js';
import type { Counters } from '../events/counters.js';
import type { MessageId, RequestMessage, SendMessage } from '../protocols/message.js';
import type { PeerLink } from './peerLink.js';
import { cutName } from './cutName.js';
import { isServerCounters } from './serverCounters.js';

/** What answers a command, for all sessions that know it. */
export type CommandEntry = (message: RequestMessage | SendMessage, link: PeerLink) => void;
/** By name. */
export type CommandEntries = ReadonlyMap<string, CommandEntry>;

/** Counts a request for as long as the work on it goes on. */
function countRunning(counters: Counters, stream: boolean, work: Subscription): void {
  if (!isServerCounters(counters) || work.closed) return;
  counters.running++;
  if (stream) counters.streams++;
  work.add(() => {
    counters.running--;
    if (stream) counters.streams--;
  });
}

/** Notes the work on a request, so that a cancel finds it. */
export function noteRunning(link: PeerLink, { id, stream = false }: RequestMessage, work: Subscription): void {
  const running = (link.running ??= new Map<MessageId, Subscription>());
  running.set(id, work);
  work.add(() => {
    running.delete(id);
    if (running.size === 0) link.whenIdle?.();
  });
  countRunning(link.counters, stream, work);
}

const stop = ({ running }: PeerLink, id: MessageId): void => {
  running?.get(id)?.unsubscribe();
};

/** Looks each command up in the entries of its session. The same for all of them. */
export const commandHandlers: MessageHandlers = {
  request(message, link: PeerLink) {
    if (message.kind !== 'request') return;
    const { id, command } = message;
    const entry = link.commands?.get(command);
    // An id that is asked with again stands for the new request.
    stop(link, id);
    if (entry) entry(message, link);
    else link.tell({ kind: 'failure', id, code: 'UNKNOWN_COMMAND', message: `there is no command "${cutName(command)}"` });
  },
  send(message, link: PeerLink) {
    if (message.kind !== 'send') return;
    const { command } = message;
    const entry = link.commands?.get(command);
    if (entry) {
      entry(message, link);
      return;
    }
    link.drop('unhandled');
    link.report({
      type: 'hookFailed',
      hook: cutName(command),
      cause: new TypeError(`there is no command "${cutName(command)}"`),
    });
  },
  cancel(message, link) {
    if (message.kind === 'cancel') stop(link, message.id);
  },
};
