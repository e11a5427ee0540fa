import {
  defaultIfEmpty,
  finalize,
  merge,
  mergeMap,
  type MonoTypeOperatorFunction,
  Observable,
  of,
  Subscription,
  take,
  takeUntil,
  tap,
} from 'rxjs';
import type { AnySession } from '../connection/session.js';
import type { GatewayError, RequestFailedError } from '../errors/gatewayErrors.js';
import { checkFunction, checkObject } from '../options/check.js';
import type { FailureMessage, RequestMessage, SendMessage } from '../protocols/message.js';
import { outcomeOf } from './commandOutcome.js';
import { commandTable } from './commandTable.js';
import type { HandlerContext } from './handlerContext.js';
import { handlerResults } from './handlerResults.js';
import { peerLink } from './peerLink.js';

/** Answers a command: a value, or a promise, an async iterable or an observable of it. The last two stream to a request with `stream`. */
export type CommandHandler<S extends AnySession = AnySession> = (data: never, context: HandlerContext<S>) => unknown;

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
        link.tell({ kind: 'failure', id, ...(told ?? { code: 'INTERNAL_ERROR', message: 'the command failed' }) });
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

/** Answers the commands of one stage on one session; emits nothing. */
function answerAll<S extends AnySession>(session: S, given: ReadonlyMap<string, CommandHandler<S>>): Observable<never> {
  return new Observable((subscriber) => {
    const link = peerLink(session);
    const table = commandTable(link);
    const taken = [...given.keys()].find((name) => table.entries.has(name));
    if (taken !== undefined) {
      subscriber.error(new TypeError(`commands: "${taken}" is given twice`));
      return undefined;
    }
    const running = new Subscription();
    const handle = (handler: CommandHandler<S>, message: RequestMessage | SendMessage): void => {
      const { command, data } = message;
      const key = message.kind === 'request' ? message.key : undefined;
      const produced = handlerResults(() => handler(data as never, { peer: session, command, key }));
      const work = message.kind === 'request' ? answer(session, message, produced) : run(session, command, produced);
      running.add(work);
      if (message.kind === 'request') table.begun(message, work);
    };
    for (const [name, handler] of given)
      table.entries.set(name, (message) => {
        handle(handler, message);
      });
    return () => {
      for (const name of given.keys()) table.entries.delete(name);
      running.unsubscribe();
    };
  });
}

/**
 * Answers commands of the other side: a server's peers, or on a client the gateway's own requests.
 *
 * Emits each session as it comes. A handler's value, or a promise's, is the reply; an async iterable or an observable streams to a request
 * that asked for a stream, and gives its first value to one that did not. A handler that throws a `RequestFailedError` answers with its
 * code, text and data; any other failure is answered as `INTERNAL_ERROR` and reported as `hookFailed`. An unknown command is answered as
 * `UNKNOWN_COMMAND`. Cancel and disconnect unsubscribe the producer. Several stages add up.
 *
 * What a handler gets is what the client sent, unchecked: `validated` checks it first. A send (a command without an id) is not answered:
 * its handler's failure, and one that there is no handler for, are reported as `hookFailed`; the latter is counted as a drop (`unhandled`).
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
  return mergeMap((session) => merge(answerAll(session, given).pipe(takeUntil(session.closed)), of(session)));
}
