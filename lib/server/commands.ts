import { type MonoTypeOperatorFunction, Subscription } from 'rxjs';
import { holdPeers, type PeerHolder } from '../connection/holdPeers.js';
import type { AnySession } from '../connection/session.js';
import type { MessageHandlers } from '../connection/sessionLink.js';
import { checkCount, checkDuration, checkFunction, checkObject } from '../options/check.js';
import { lastOf } from '../options/lastOf.js';
import { readOptions } from '../options/readOptions.js';
import type { RequestMessage, SendMessage } from '../protocols/message.js';
import { answerCommand, runCommand } from './answerCommand.js';
import type { CommandHandlers, Elsewhere, ServedCommand } from './contractHandlers.js';
import { outcomeOf } from './commandOutcome.js';
import { type CommandEntries, type CommandEntry, commandHandlers, noteRunning } from './commandTable.js';
import type { HandlerContext } from './handlerContext.js';
import { handlerResults } from './handlerResults.js';
import { type HeldReplies, pacedReplies } from './pacedReplies.js';
import type { Peer } from './peer.js';
import { type PeerLink, peerLink } from './peerLink.js';
import { refuseMessage } from './refuseMessage.js';
import { checkElsewhere, checkServed, servedCommand } from './servedContract.js';
import { paceOf } from './whenCaughtUp.js';

/** Answers a command: a value, or a promise, an async iterable, a generator or an observable of it. The last three stream to a request with `stream`. */
export type CommandHandler<S extends AnySession = AnySession> = (data: never, context: HandlerContext<S>) => unknown;

/** Options of {@link commands}. */
export interface CommandsConfig {
  /**
   * How many commands of one peer may be at work at once, streams included, in all stages of its pipeline together, for this stage to begin one
   * more. A request beyond it is answered with `BUSY`, a send is dropped and counted (`busy`). Default 1 000 (what a client with a full waiting
   * line asks for when it comes back), or what another stage says if that is more. `Infinity`: any number.
   */
  readonly maxRunning?: number | undefined;
  /** What a client is advised to wait that was answered with `BUSY`, in ms. Default 1 000. */
  readonly retryAfter?: number | undefined;
  /**
   * Bytes of replies that the observables which stream to one peer hold together while it reads slowly. A stream that needs more ends with
   * `SLOW_CONSUMER`, or with `TOO_MUCH_AT_ONCE` if it needs more in one go. An iterable waits, and holds one value at most. Default 16 777 216.
   */
  readonly maxBuffered?: number | undefined;
}

type CommandSettings = { readonly [K in 'retryAfter' | 'maxBuffered']: NonNullable<CommandsConfig[K]> } & {
  /** `undefined`: nothing was said. */
  readonly maxRunning?: number | undefined;
  /** What bounds its work itself, and has to be done however busy the peer is. */
  readonly exempt?: boolean;
};

const defaultMaxRunning = 1_000;
const exemptSettings = { retryAfter: 1_000, maxBuffered: 16_777_216 };

/** What one peer has at work in one stage. */
interface Work extends HeldReplies {
  readonly all: Subscription;
}

const note = (mine: Work, link: PeerLink, work: Subscription): void => {
  link.working = (link.working ?? 0) + 1;
  mine.all.add(work);
  work.add(() => {
    link.working = (link.working ?? 1) - 1;
  });
};

/** What one stage does with its sessions: all of them share its entries, and each has the work on its commands stopped when it leaves. */
function answering<S extends AnySession>(
  given: ReadonlyMap<string, CommandHandler<S>>,
  { maxRunning, maxBuffered, retryAfter, exempt = false }: CommandSettings,
  elsewhere: Elsewhere,
): PeerHolder<S> {
  const works = new Map<AnySession, Work>();
  const workOf = (session: AnySession): Work => {
    const known = works.get(session) ?? { all: new Subscription(), bytes: 0 };
    works.set(session, known);
    return known;
  };
  const mostOf = (link: PeerLink): number =>
    exempt ? Infinity : (maxRunning ?? Math.max(defaultMaxRunning, link.maxRunning ?? 0));
  const refuse = (link: PeerLink, message: RequestMessage | SendMessage): void => {
    outcomeOf(link, message.command)('refused');
    refuseMessage(link, message, { code: 'BUSY', message: `${mostOf(link)} at once at most`, retryAfter, drop: 'busy' });
  };
  const entryOf =
    (handler: CommandHandler<S>): CommandEntry =>
    (message, link) => {
      const { command, data } = message;
      const session = link.session as S;
      if ((link.working ?? 0) >= mostOf(link)) {
        refuse(link, message);
        return;
      }
      const key = message.kind === 'request' ? message.key : undefined;
      const failed = (cause: unknown): void => {
        link.report({ type: 'hookFailed', hook: command, cause });
      };
      const stream = message.kind === 'request' && message.stream === true;
      const pace = stream ? paceOf(link) : undefined;
      const served = link.contract ? servedCommand(link, command, handler, failed, pace) : handler;
      const produced = handlerResults(() => served(data as never, { peer: session, command, key }), failed, pace);
      const work =
        message.kind === 'request'
          ? answerCommand(link, message, produced, () => pacedReplies(link, message, workOf(session), maxBuffered))
          : runCommand(link, command, produced);
      // Its handler may have ended the peer, or this stage: nobody would stop what it gave.
      if (link.ended || !link.commands?.has(command)) {
        work.unsubscribe();
        works.delete(session);
        return;
      }
      if (!work.closed) note(workOf(session), link, work);
      if (message.kind === 'request') noteRunning(link, message, work);
    };
  const mine = new Map(Array.from(given, ([name, handler]) => [name, entryOf(handler)]));
  const withMine = lastOf((before: CommandEntries = new Map()) => {
    for (const name of mine.keys()) if (before.has(name)) throw new TypeError(`commands: "${name}" is given twice`);
    return new Map([...before, ...mine]);
  });
  const withoutMine = lastOf((all: CommandEntries = new Map()) => new Map([...all].filter(([name]) => !mine.has(name))));
  const checked = lastOf((contract: PeerLink['contract']) => {
    checkServed('commands', contract, mine.keys(), elsewhere);
  });
  const handled = lastOf((before: MessageHandlers) => ({ ...before, ...commandHandlers }));
  return {
    enter: (session) => {
      const link = peerLink(session);
      checked(link.contract);
      link.commands = withMine(link.commands);
      if (maxRunning !== undefined) link.maxRunning = Math.max(maxRunning, link.maxRunning ?? 0);
      link.handlers = handled(link.handlers);
    },
    leave: (session) => {
      const link = peerLink(session);
      // Nothing comes in after the end.
      if (!link.ended) link.commands = withoutMine(link.commands);
      works.get(session)?.all.unsubscribe();
      works.delete(session);
    },
  };
}

/**
 * Answers commands of the other side: a server's peers, or on a client the gateway's own requests.
 *
 * Emits each session as it comes. A handler's value, or a promise's, is the reply; an async iterable, a generator or an observable streams to a request
 * that asked for a stream, and gives its first value to one that did not. A handler that throws a `RequestFailedError` answers with its
 * code, text and data (without the data where it cannot be encoded, which is reported); any other failure is answered as `INTERNAL_ERROR` and reported as `hookFailed`. An unknown command is answered as
 * `UNKNOWN_COMMAND`. Cancel and disconnect unsubscribe the producer; what its release throws is reported as `hookFailed`. Several stages
 * add up.
 *
 * While a peer reads slowly (its socket holds more than 64 KiB, or `slowConsumers` has something waiting) the iterable of a stream is asked for
 * nothing. After that, those of one peer are asked one after the other. An observable cannot wait: its values are held, up to `maxBuffered`; then it
 * is unsubscribed, what is held is dropped and counted (`slowConsumer`), and the stream ends with the failure `SLOW_CONSUMER`; or with
 * `TOO_MUCH_AT_ONCE`, reported as `hookFailed`, if it emitted more than that before its subscription returned. With `maxRunning` at work in all
 * stages together, a request is answered with `BUSY` and `retryAfter`.
 *
 * Behind `serve({ contract })` a table has a handler for each command of the contract, less those that are `elsewhere` (a TypeError shows what is
 * missing); handlers get decoded data, wrong data is answered with `INVALID_DATA` and its paths, and replies are checked and encoded.
 * Without a contract a handler gets what the client sent, unchecked: `validated` checks it first. A send (a command without an id) is not answered,
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
 *
 * @throws TypeError or RangeError at the call, with the name of the handler or option that is invalid.
 */
export function commands<S extends AnySession, const E extends Elsewhere<ServedCommand<S>> = readonly []>(
  handlers: CommandHandlers<S, E>,
  config: CommandsConfig & {
    /** Commands of the contract that other stages answer: a list, or `true` for any. Default: none. */
    readonly elsewhere?: E | undefined;
  } = {},
): MonoTypeOperatorFunction<S> {
  checkObject('commands', 'handlers', handlers);
  const given = new Map(Object.entries(handlers as Readonly<Record<string, CommandHandler<S>>>));
  for (const [name, handler] of given) checkFunction('commands', name, handler);
  const settings = readOptions('commands', config, {
    maxRunning: [checkCount, undefined, { min: 1, infinite: true }],
    retryAfter: [checkDuration, 1_000, {}],
    maxBuffered: [checkCount, 16_777_216, { min: 1 }],
  });
  const elsewhere = checkElsewhere('commands', config.elsewhere);
  return holdPeers(() => answering(given, settings, elsewhere));
}

/** A stage of this library's own for what bounds its work itself, and has to be done however busy a peer is. */
export const exemptCommands = (handlers: Readonly<Record<string, CommandHandler<Peer>>>): MonoTypeOperatorFunction<Peer> =>
  holdPeers(() => answering(new Map(Object.entries(handlers)), { ...exemptSettings, exempt: true }, true));
