import {
  defaultIfEmpty,
  EMPTY,
  from,
  isObservable,
  merge,
  mergeMap,
  type MonoTypeOperatorFunction,
  Observable,
  of,
  Subscription,
  take,
  takeUntil,
  throwError,
} from 'rxjs';
import type { AnySession } from '../connection/session.js';
import { type SessionLink, sessionLink } from '../connection/sessionLink.js';
import { GatewayError, type RequestFailedError } from '../errors/gatewayErrors.js';
import { checkFunction } from '../options/check.js';
import type { MessageId, RequestMessage } from '../protocols/message.js';
import type { HandlerContext } from './handlerContext.js';

/** Answers a command: a value, or a promise, an async iterable or an observable of it. The last two stream to a request with `stream`. */
export type CommandHandler<S extends AnySession = AnySession> = (data: never, context: HandlerContext<S>) => unknown;

const results = (value: unknown): Observable<unknown> => {
  if (isObservable(value)) return value;
  const isPromise = typeof (value as PromiseLike<unknown> | undefined)?.then === 'function';
  const isStream = typeof (value as AsyncIterable<unknown> | undefined)?.[Symbol.asyncIterator] === 'function';
  return isPromise || isStream ? from(value as PromiseLike<unknown>) : of(value);
};

/** Only an error that was made to be told is told; of any other, a client learns that there was one. */
const failureOf = (
  error: unknown,
): { code: string | number; message?: string | undefined; data?: unknown; retryAfter?: number | undefined } => {
  if (!(error instanceof GatewayError) || error.kind !== 'requestFailed')
    return { code: 'INTERNAL_ERROR', message: 'the command failed' };
  const { code, detail, data, retryAfter } = error as RequestFailedError;
  return { code, message: detail, data, retryAfter };
};

/** Answers the requests of one session, as its handlers say. */
function answer<S extends AnySession>(
  session: S,
  link: SessionLink,
  handlers: ReadonlyMap<string, CommandHandler<S>>,
): Observable<never> {
  return new Observable(() => {
    const running = new Map<MessageId, Subscription>();
    const stop = (id: MessageId): void => {
      running.get(id)?.unsubscribe();
      running.delete(id);
    };
    const run = (message: RequestMessage): void => {
      const { id, command, data, key, stream = false } = message;
      const handler = handlers.get(command);
      if (!handler) {
        link.tell({ kind: 'failure', id, code: 'UNKNOWN_COMMAND', message: `there is no command "${command}"` });
        return;
      }
      const work = new Subscription();
      running.set(id, work);
      const single = (source: Observable<unknown>): Observable<unknown> => source.pipe(take(1), defaultIfEmpty(undefined));
      const produced = new Observable((subscriber) =>
        results(handler(data as never, { peer: session, key })).subscribe(subscriber),
      );
      work.add(
        (stream ? produced : single(produced)).subscribe({
          next: (value) => {
            link.tell({ kind: 'reply', id, data: value, last: !stream });
          },
          error: (error: unknown) => {
            running.delete(id);
            if (!(error instanceof GatewayError)) link.report({ type: 'hookFailed', hook: command, cause: error });
            link.tell({ kind: 'failure', id, ...failureOf(error) });
          },
          complete: () => {
            running.delete(id);
            if (stream) link.tell({ kind: 'reply', id, last: true });
          },
        }),
      );
    };
    link.handlers.request = (message) => {
      if (message.kind === 'request') run(message);
    };
    link.handlers.cancel = (message) => {
      if (message.kind === 'cancel') stop(message.id);
    };
    link.handlers.send = (message) => {
      if (message.kind !== 'send') return;
      const handler = handlers.get(message.command);
      const failed = (cause: unknown): void => {
        link.report({ type: 'hookFailed', hook: message.command, cause });
      };
      if (!handler) failed(new TypeError(`there is no command "${message.command}"`));
      else
        new Observable((subscriber) => results(handler(message.data as never, { peer: session })).subscribe(subscriber))
          .pipe(takeUntil(session.closed))
          .subscribe({ error: failed });
    };
    return () => {
      for (const work of running.values()) work.unsubscribe();
    };
  });
}

/** Adds a stage's handlers to the session; the first stage begins to answer. */
function register<S extends AnySession>(session: S, given: ReadonlyMap<string, CommandHandler<S>>): Observable<never> {
  const link = sessionLink(session) as SessionLink & { commands?: Map<string, CommandHandler<S>> };
  const known = link.commands;
  const all = (link.commands ??= new Map());
  for (const [name, handler] of given) {
    if (all.has(name)) return throwError(() => new TypeError(`commands: "${name}" is given twice`));
    all.set(name, handler);
  }
  return known ? EMPTY : answer(session, link, all).pipe(takeUntil(session.closed));
}

/**
 * Answers commands of the other side: a server's peers, or on a client the gateway's own requests.
 *
 * Emits each session as it comes. A handler's value, or a promise's, is the reply; an async iterable or an observable streams to a request
 * that asked for a stream, and gives its first value to one that did not. A handler that throws a `RequestFailedError` answers with its
 * code, text and data; any other failure is answered as `INTERNAL_ERROR` and reported as `hookFailed`. An unknown command is answered as
 * `UNKNOWN_COMMAND`. Cancel and disconnect unsubscribe the producer. Several stages add up.
 *
 * Errors with a TypeError when two stages have a name in common. Completes with the source. Unsubscribing stops all handlers.
 * On a client, each session after a reconnect is answered anew.
 *
 * @example
 * serve({ port: 8080, protocol: commandNotify() }).pipe(commands({ 'orders.place': (order: Order) => place(order) })).subscribe();
 */
export function commands<S extends AnySession>(
  handlers: Readonly<Record<string, CommandHandler<S>>>,
): MonoTypeOperatorFunction<S> {
  const given = new Map(Object.entries(handlers));
  for (const [name, handler] of given) checkFunction('commands', name, handler);
  return mergeMap((session) => merge(register(session, given), of(session)));
}
