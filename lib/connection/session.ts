import type { Observable } from 'rxjs';
import type { CommandName, Contract, TopicName, Untyped } from '../contract/contract.js';
import type { GatewayError } from '../errors/gatewayErrors.js';
import type { Message } from '../protocols/message.js';

/** What the opening of a session brought: the url without its query and credentials, the subprotocol, the greeting's answer. */
export interface Opened {
  readonly url: string;
  readonly subprotocol: string;
  readonly greeting?: unknown;
}

/** How a session ended. `by` says which side ended it; `error` is what the stream of sessions errors with, if it does. */
export interface SessionEnd {
  readonly code: number;
  readonly reason: string;
  readonly wasClean: boolean;
  readonly by: 'us' | 'them';
  readonly error?: GatewayError;
}

/** Options of a request. */
export interface RequestOptions {
  /** Milliseconds from subscription, waiting included, to the first reply. `Infinity`: none. Default 10 000. */
  readonly timeout?: number | undefined;
  /** Many replies, until the gateway says it was the last. Default `false`. */
  readonly stream?: boolean | undefined;
  /** Aborting fails the request with the signal's reason and cancels it at the gateway. */
  readonly signal?: AbortSignal | undefined;
  /**
   * The gateway recognises a repeated request by its key, so it may be sent again after a lost session: `true` generates one key for
   * all sendings, a string is the key. Not with `stream`. Default `false`: never sent twice.
   */
  readonly idempotent?: boolean | string | undefined;
  /** Without a session, wait for the next one (`'wait'`, default) or fail with `ConnectionLostError` at once (`'fail'`). */
  readonly whileDisconnected?: 'wait' | 'fail' | undefined;
  /** Where the key of an idempotent request comes from: a number in [0, 1). Default `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/** Options of a send. */
export type SendOptions = Pick<RequestOptions, 'timeout' | 'signal' | 'whileDisconnected'>;

/** Parameters of a topic: a value, or a function that is called once for the key and again per wire subscription. */
export type TopicParams<P = unknown> = P | (() => P);

/** Options of a topic. All subscribers of one key must agree on them. */
export interface TopicOptions {
  /** How many of the last values a late subscriber gets: 0 (default) or 1. */
  readonly replay?: 0 | 1 | undefined;
  /** Milliseconds that the wire subscription outlives its last subscriber. Default 0. */
  readonly linger?: number | undefined;
}

/** What every session has, whatever its contract; stages such as `heartbeat` need no more. */
export interface AnySession {
  /** Counts the sessions of one `connect`, from 1. */
  readonly id: number;
  readonly opened: Opened;
  /** Whether messages can be sent now. */
  readonly open: boolean;
  /** Emits how the session ended, once, also to late subscribers, and completes. */
  readonly closed: Observable<SessionEnd>;
  /** Every inbound message; hot, no replay; completes at the end and never errors. */
  readonly messages: Observable<Message>;
  /** Bytes that the socket has taken but not yet handed to the network. */
  readonly bufferedAmount: number;
  /**
   * Ends the session with a close handshake, waiting at most `closeTimeout`; the stream of sessions completes. `code` is 1000 or
   * 3000–4999, else RangeError. Pending requests fail with `GatewayClosedError`.
   */
  close(code?: number, reason?: string): void;
  /** Drops the socket now. `error` ends this session: the client's stream errors with it, a server's peer just ends. */
  terminate(error: GatewayError): void;
}

/** What a command of a contract is asked with: its data, which may be left out where it may be `undefined`, and options. */
export type CommandArgs<C extends Contract, K extends CommandName<C>, Options> = undefined extends C['commands'][K]['request']
  ? [data?: C['commands'][K]['request'], options?: Options]
  : [data: C['commands'][K]['request'], options?: Options];

/** What a topic of a contract is asked for with: its params, which may be left out where they may be `undefined`, and options. */
export type TopicArgs<C extends Contract, K extends TopicName<C>, Options> = undefined extends C['topics'][K]['params']
  ? [params?: TopicParams<C['topics'][K]['params']>, options?: Options]
  : [params: TopicParams<C['topics'][K]['params']>, options?: Options];

/** What a command of a contract is answered with; without a contract, what the caller says. */
export type ReplyOf<C extends Contract, K extends CommandName<C>, T> = [C] extends [Untyped] ? T : C['commands'][K]['reply'];

/** What comes of a topic of a contract; without a contract, what the caller says. */
export type DataOf<C extends Contract, K extends TopicName<C>, T> = [C] extends [Untyped] ? T : C['topics'][K]['data'];

/** Sends a request on this session; see the operator `request`. */
export type RequestCall<C extends Contract> = [C] extends [Untyped]
  ? <T = unknown>(command: string, data?: unknown, options?: RequestOptions) => Observable<T>
  : <K extends keyof C['commands'] & string>(
      command: K,
      ...args: CommandArgs<C, K, RequestOptions>
    ) => Observable<C['commands'][K]['reply']>;

/** Sends without a reply on this session; throws if the session is not open or the data cannot be encoded. */
export type SendCall<C extends Contract> = [C] extends [Untyped]
  ? (command: string, data?: unknown) => void
  : <K extends keyof C['commands'] & string>(command: K, ...args: CommandArgs<C, K, never>) => void;

/**
 * Subscribes to a topic on this session alone, once on the wire for all who ask it for that key. Emits what the gateway notifies. Completes when
 * the session or the topic ends; errors with `SubscriptionRejectedError` when the gateway refuses. Who asks a session that is over, or closing,
 * gets an error at once, as from `request`: `ConnectionLostError`, or `GatewayClosedError`. Unsubscribing the last unsubscribes on the wire, if
 * the session is still open. A reconnect brings nothing back: see the operator `topic` for that.
 */
export type TopicCall<C extends Contract> = [C] extends [Untyped]
  ? <T = unknown>(name: string, params?: TopicParams) => Observable<T>
  : <K extends keyof C['topics'] & string>(name: K, ...args: TopicArgs<C, K, never>) => Observable<C['topics'][K]['data']>;

declare const typedBy: unique symbol;

/** One established connection, as a plain object. A reconnect makes a new one. `C` is its contract. */
export interface Session<C extends Contract = Untyped> extends AnySession {
  /** Never there: a session without a contract is not to pass for one that has it. */
  readonly [typedBy]?: C;
  readonly request: RequestCall<C>;
  readonly send: SendCall<C>;
  readonly topic: TopicCall<C>;
}
