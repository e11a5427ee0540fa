import { defaultIfEmpty, finalize, type MonoTypeOperatorFunction, type Observable, Subscription, take, tap } from 'rxjs';
import type { AnySession } from '../connection/session.js';
import type { MessageHandlers } from '../connection/sessionLink.js';
import type { GatewayError, RequestFailedError } from '../errors/gatewayErrors.js';
import { checkFunction, checkObject } from '../options/check.js';
import { lastOf } from '../options/lastOf.js';
import type { FailureMessage, RequestMessage } from '../protocols/message.js';
import { outcomeOf } from './commandOutcome.js';
import { type CommandEntries, type CommandEntry, commandHandlers, noteRunning } from './commandTable.js';
import type { HandlerContext } from './handlerContext.js';
import { handlerResults } from './handlerResults.js';
import { holdPeers, type PeerHolder } from '../connection/holdPeers.js';
import { peerLink } from './peerLink.js';
import { tellAnswer } from './tellAnswer.js';

/** Answers a command: a value, or a promise, an async iterable or an observable of it. The last two stream to a request with `stream`. */
export type CommandHandler<S extends AnySession = AnySession> = (data: never, context: HandlerContext<S>) => unknown;

/** Bytes in a peer's socket above which a stream's iterable waits. */
const streamMark = 65_536;

/** Only an error that was made to be told is told; of any other, a client learns that there was one. */
const failureOf = (error: unknown): Omit<FailureMessage, 'kind' | 'id'> | undefined => {
  if ((error as Partial<GatewayError> | null | undefined)?.kind !== 'requestFailed') return undefined;
  const { code, detail, data, retryAfter } = error as RequestFailedError;
  return { code, message: detail, data, retryAfter };
};

/** Whether it is the data that is at fault, as `validated` found. */
const isInvalid = (error: unknown, command: string): boolean => {
  const { code, command: about, cause } = (error ?? {}) as Partial<RequestFailedError>;
  return code === 'INVALID_DATA' && about === command && (cause as Partial<GatewayError> | undefined)?.kind === 'validation';
};

/** Runs a request, and answers it. */
function answer(
  session: AnySession,
  { id, command, stream = false }: RequestMessage,
  produced: Observable<unknown>,
): Subscription {
  const link = peerLink(session);
  const note = outcomeOf(link, command);
  const single = produced.pipe(take(1), defaultIfEmpty(undefined));
  return (stream ? produced : single)
    .pipe(
      // What cannot be encoded is a failure of the command.
      tap((data) => {
        if (session.open) link.transmit({ kind: 'reply', id, data, last: !stream });
        note('answered');
      }),
      finalize(() => {
        note('stopped');
      }),
    )
    .subscribe({
      error: (error: unknown) => {
        const told = failureOf(error);
        note(told ? 'refused' : 'failed');
        if (!told) link.report({ type: 'hookFailed', hook: command, cause: error });
        tellAnswer(link, command, {
          kind: 'failure',
          id,
          ...(told ?? { code: 'INTERNAL_ERROR', message: 'the command failed' }),
        });
      },
      complete: () => {
        if (stream) link.tell({ kind: 'reply', id, last: true });
        note('answered');
      },
    });
}

/** Runs a command that nobody waits for an answer to. */
function run(session: AnySession, command: string, produced: Observable<unknown>): Subscription {
  const link = peerLink(session);
  const note = outcomeOf(link, command);
  return produced
    .pipe(
      // As for a request without a stream; and nothing that a client sends could stop it.
      take(1),
      finalize(() => {
        note('stopped');
      }),
    )
    .subscribe({
      error: (cause: unknown) => {
        const invalid = isInvalid(cause, command);
        note(invalid ? 'refused' : 'failed');
        // What was wrong with the data is reported already.
        if (invalid) link.drop('invalid');
        else link.report({ type: 'hookFailed', hook: command, cause });
      },
      complete: () => {
        note('answered');
      },
    });
}

/** What one stage does with its sessions: all of them share its entries, and each has the work on its commands stopped when it leaves. */
function answering<S extends AnySession>(given: ReadonlyMap<string, CommandHandler<S>>): PeerHolder<S> {
  const works = new Map<AnySession, Subscription>();
  const worksOf = (session: AnySession): Subscription => {
    const known = works.get(session) ?? new Subscription();
    works.set(session, known);
    return known;
  };
  const entryOf =
    (handler: CommandHandler<S>): CommandEntry =>
    (message, link) => {
      const { command, data } = message;
      const session = link.session as S;
      const key = message.kind === 'request' ? message.key : undefined;
      const failed = (cause: unknown): void => {
        link.report({ type: 'hookFailed', hook: command, cause });
      };
      const stream = message.kind === 'request' && message.stream === true;
      const busy = (): boolean => session.open && link.socket.bufferedAmount > streamMark;
      const produced = handlerResults(
        () => handler(data as never, { peer: session, command, key }),
        failed,
        stream ? busy : undefined,
      );
      const work = message.kind === 'request' ? answer(session, message, produced) : run(session, command, produced);
      if (!work.closed) worksOf(session).add(work);
      if (message.kind === 'request') noteRunning(link, message, work);
    };
  const mine = new Map(Array.from(given, ([name, handler]) => [name, entryOf(handler)]));
  const withMine = lastOf((before: CommandEntries = new Map()) => {
    for (const name of mine.keys()) if (before.has(name)) throw new TypeError(`commands: "${name}" is given twice`);
    return new Map([...before, ...mine]);
  });
  const withoutMine = lastOf((all: CommandEntries = new Map()) => new Map([...all].filter(([name]) => !mine.has(name))));
  const handled = lastOf((before: MessageHandlers) => ({ ...before, ...commandHandlers }));
  return {
    enter: (session) => {
      const link = peerLink(session);
      link.commands = withMine(link.commands);
      link.handlers = handled(link.handlers);
    },
    leave: (session) => {
      const link = peerLink(session);
      // Nothing comes in after the end.
      if (link.endings !== 'over') link.commands = withoutMine(link.commands);
      works.get(session)?.unsubscribe();
      works.delete(session);
    },
  };
}

/**
 * Answers commands of the other side: a server's peers, or on a client the gateway's own requests.
 *
 * Emits each session as it comes. A handler's value, or a promise's, is the reply; an async iterable or an observable streams to a request
 * that asked for a stream, and gives its first value to one that did not. A handler that throws a `RequestFailedError` answers with its
 * code, text and data (without the data where it cannot be encoded, which is reported); any other failure is answered as `INTERNAL_ERROR` and reported as `hookFailed`. An unknown command is answered as
 * `UNKNOWN_COMMAND`. Cancel and disconnect unsubscribe the producer; what its release throws is reported as `hookFailed`. Several stages
 * add up. The iterable of a stream is asked for no more while the peer's socket holds more than 64 KiB; an observable is not held back.
 *
 * What a handler gets is what the client sent, unchecked: `validated` checks it first. A send (a command without an id) is not answered,
 * and its handler's observable is unsubscribed after its first value. Its handler's failure, and one that there is no handler for, are
 * reported as `hookFailed`; the latter is counted as a drop (`unhandled`).
 *
 * Errors with a TypeError when two stages have a name in common. Completes with the source. Unsubscribing stops all handlers.
 * On a client, each session after a reconnect is answered anew.
 *
 * Stages have to be in place when a session is emitted: what comes in while an asynchronous stage before this one holds a session back
 * is answered as unknown.
 *
 * @example
 * serve({ port: 8080, protocol: commandNotify() }).pipe(commands({ 'orders.place': (order: Order) => place(order) })).subscribe();
 */
export function commands<S extends AnySession>(
  handlers: Readonly<Record<string, CommandHandler<S>>>,
): MonoTypeOperatorFunction<S> {
  checkObject('commands', 'handlers', handlers);
  const given = new Map(Object.entries(handlers));
  for (const [name, handler] of given) checkFunction('commands', name, handler);
  return holdPeers(() => answering(given));
}
