import type { Subscription } from 'rxjs';
import type { Counters } from '../events/counters.js';
import type { MessageId, RequestMessage, SendMessage } from '../protocols/message.js';
import type { PeerLink } from './peerLink.js';
import { isServerCounters } from './serverCounters.js';

/** What answers the commands of one session: the handlers of all its stages. */
export interface CommandTable {
  /** By name. */
  readonly entries: Map<string, (message: RequestMessage | SendMessage) => void>;
  /** The requests under way. */
  readonly running: ReadonlyMap<MessageId, Subscription>;
  /** Called whenever the last of them is done. */
  whenIdle: (() => void) | undefined;
  /** Notes the work on a request, so that a cancel finds it. */
  begun(message: RequestMessage, work: Subscription): void;
}

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

/** The table of a session, which the first stage lays. */
export function commandTable(link: PeerLink): CommandTable {
  if (link.commands) return link.commands;
  const entries: CommandTable['entries'] = new Map();
  const running = new Map<MessageId, Subscription>();
  const stop = (id: MessageId): void => {
    running.get(id)?.unsubscribe();
  };
  link.handlers.request = (message) => {
    if (message.kind !== 'request') return;
    const { id, command } = message;
    const entry = entries.get(command);
    // An id that is asked with again stands for the new request.
    stop(id);
    if (entry) entry(message);
    else link.tell({ kind: 'failure', id, code: 'UNKNOWN_COMMAND', message: `there is no command "${command}"` });
  };
  link.handlers.send = (message) => {
    if (message.kind !== 'send') return;
    const { command } = message;
    const entry = entries.get(command);
    if (entry) {
      entry(message);
      return;
    }
    link.drop('unhandled');
    link.report({ type: 'hookFailed', hook: command, cause: new TypeError(`there is no command "${command}"`) });
  };
  link.handlers.cancel = (message) => {
    if (message.kind === 'cancel') stop(message.id);
  };
  const table: CommandTable = {
    entries,
    running,
    whenIdle: undefined,
    begun: ({ id, stream = false }, work) => {
      running.set(id, work);
      work.add(() => {
        running.delete(id);
        if (running.size === 0) table.whenIdle?.();
      });
      countRunning(link.counters, stream, work);
    },
  };
  return (link.commands = table);
}
