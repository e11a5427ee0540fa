/// <reference lib="esnext.disposable" preserve="true" />
import { lastValueFrom, merge, NEVER, type Observable, retry as retryEach, Subject } from 'rxjs';
import { connect } from '../connection/connect.js';
import type { ConnectConfig } from '../connection/connectConfig.js';
import type { DrainReport } from '../connection/drainRun.js';
import { ledgerOf } from '../connection/ledger.js';
import type {
  AnySession,
  CommandArgs,
  RequestCall,
  RequestOptions,
  SendOptions,
  Session,
  TopicArgs,
  TopicOptions,
  TopicParams,
} from '../connection/session.js';
import { sessionLink } from '../connection/sessionLink.js';
import type { Contract, Untyped } from '../contract/contract.js';
import { ConnectionLostError } from '../errors/gatewayErrors.js';
import type { ConnectionState } from '../events/connectionState.js';
import { connectionStates } from '../events/connectionStates.js';
import { createCounters } from '../events/createCounters.js';
import type { EventObserver, GatewayEvent } from '../events/gatewayEvent.js';
import { isPerMessage } from '../events/isPerMessage.js';
import { type Metrics, metrics } from '../events/metrics.js';
import { createReporter } from '../events/reporter.js';
import { checkAbortSignal, checkObject, checkObserver, checkThat, isRecord } from '../options/check.js';
import { checkObservable } from '../options/checkObservable.js';
import { readOptions } from '../options/readOptions.js';
import { authenticate, type AuthenticateConfig } from '../operators/authenticate.js';
import { drain, type DrainConfig } from '../operators/drain.js';
import { heartbeat, type HeartbeatConfig } from '../operators/heartbeat.js';
import { request } from '../operators/request.js';
import { harmless, type RetryPolicy, retryBackoff } from '../operators/retryBackoff.js';
import { send } from '../operators/send.js';
import { shareSession } from '../operators/shareSession.js';
import { topic } from '../operators/topic.js';

type Handshake<C extends Contract> = Parameters<typeof authenticate<Session<C>>>[0];

/** What `createGateway` takes: what `connect` takes, and the options of the stages. */
export interface GatewayConfig<C extends Contract = Untyped> extends ConnectConfig<C> {
  /** The handshake of `authenticate`, alone or with its options. Default: none. */
  readonly authenticate?: Handshake<C> | (Omit<AuthenticateConfig, 'events'> & { readonly handshake: Handshake<C> }) | undefined;
  /** Options of `heartbeat`; `false` leaves it out. */
  readonly heartbeat?: HeartbeatConfig | false | undefined;
  /** Options of `retryBackoff`; `false` leaves it out: then the first trouble is final. */
  readonly retry?: Omit<RetryPolicy, 'events'> | false | undefined;
  /** Milliseconds that the connection outlives its last subscriber. Default 0. */
  readonly linger?: number | undefined;
  /** How many requests and sends may wait for a session. Default 1 000. */
  readonly maxWaiting?: number | undefined;
  /** Aborting closes the gateway. */
  readonly signal?: AbortSignal | undefined;
}

/** A request of a gateway: as the operator `request`, on its own stream. */
export type GatewaySend<C extends Contract> = [C] extends [Untyped]
  ? (command: string, data?: unknown, options?: SendOptions) => Observable<never>
  : <K extends keyof C['commands'] & string>(command: K, ...args: CommandArgs<C, K, SendOptions>) => Observable<never>;

/** A topic of a gateway: as the operator `topic`, on its own stream. */
export type GatewayTopic<C extends Contract> = [C] extends [Untyped]
  ? <T = unknown>(name: string, params?: TopicParams, options?: TopicOptions) => Observable<T>
  : <K extends keyof C['topics'] & string>(name: K, ...args: TopicArgs<C, K, TopicOptions>) => Observable<C['topics'][K]['data']>;

/** The pipeline, assembled. It connects with its first subscriber, and lets go with its last. */
export interface Gateway<C extends Contract = Untyped> {
  /** The shared stream, for all operators. */
  readonly session: Observable<Session<C>>;
  /** As the operator `request`: cold, subscribing sends. */
  readonly request: RequestCall<C>;
  /** As the operator `send`: cold, subscribing sends. */
  readonly send: GatewaySend<C>;
  /** As the operator `topic`. */
  readonly topic: GatewayTopic<C>;
  /** The state of the connection: the present one at once, then each change. Completes never, errors never. */
  readonly states: Observable<ConnectionState>;
  /** What happens, as data. Per-message events are built only while this is subscribed. Hot; completes never, errors never. */
  readonly events: Observable<GatewayEvent>;
  /** A sample of the counters at once, then each second. */
  readonly metrics: Observable<Metrics>;
  /** Whether `close` was called. */
  readonly closed: boolean;
  /**
   * Leaves the present session for a new one, or ends a wait for the next. Does nothing while nobody is subscribed, and nothing while an
   * attempt is under way, its handshake included: there `connectTimeout` and the timeout of `authenticate` end what hangs.
   */
  reconnect(): void;
  /** Drains, for good: see `drain`. A second call gets the same report. */
  close(config?: DrainConfig): Promise<DrainReport>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** One sink for the events of all stages. */
function createEvents(given: EventObserver | undefined) {
  const lifeCycle = new Subject<GatewayEvent>();
  const everything = new Subject<GatewayEvent>();
  const forward = createReporter(given);
  const sink: EventObserver = {
    get observed() {
      return everything.observed || given?.observed === true;
    },
    next: (event) => {
      const perMessage = isPerMessage(event);
      if (!perMessage) lifeCycle.next(event);
      everything.next(event);
      // Built for whoever observes `events`; the observer that was given need not have asked for them.
      if (!perMessage || given?.observed) forward(event);
    },
  };
  return { sink, lifeCycle, events: everything.asObservable() };
}

const checkStage = (owner: string, name: string, value: unknown): unknown =>
  value === false || checkObject(owner, name, value as object);

const checkLogin = (owner: string, name: string, value: unknown): unknown =>
  checkThat(owner, name, value, 'a handshake, or an object with one', typeof value === 'function' || isRecord(value));

/** Checks what the stages cannot: what they are not given as it is. */
function checkStages<C extends Contract>(config: GatewayConfig<C>): void {
  readOptions('createGateway', config, {
    authenticate: [checkLogin],
    heartbeat: [checkStage],
    retry: [checkStage],
    events: [checkObserver],
    signal: [checkAbortSignal],
  });
}

/**
 * The pipeline `connect → authenticate → heartbeat → retryBackoff → shareSession` in one object, for people who want one. It holds no logic of
 * its own: `gateway.session` is the stream, and every operator works on it.
 *
 * Nothing connects before the first subscriber. What its observables emit, when they error and complete, what unsubscribing sends, and
 * what happens on reconnect is said at the operators.
 *
 * @example
 * const gateway = createGateway({
 *   url: 'wss://gw.example/ws',
 *   protocol: commandNotify(),
 *   authenticate: (session) => session.request('POST_LOGIN', { token: getToken() }),
 * });
 * const receipt = await firstValueFrom(gateway.request<Receipt>('orders.place', order));
 * await gateway.close();
 */
export function createGateway<C extends Contract = Untyped>(config: GatewayConfig<C>): Gateway<NoInfer<C>> {
  checkStages(config);
  const { sink, lifeCycle, events } = createEvents(config.events);
  const reconnects = new Subject<void>();
  const { counters = createCounters(), retry = {}, linger, maxWaiting, signal } = config;
  const login = typeof config.authenticate === 'function' ? { handshake: config.authenticate } : config.authenticate;

  let sessions: Observable<Session<C>> = connect<C>({ ...config, events: sink, counters });
  if (login) sessions = sessions.pipe(authenticate(login.handshake, { ...login, events: sink }));
  if (config.heartbeat !== false) sessions = sessions.pipe(heartbeat(config.heartbeat));
  let asked: ConnectionLostError | undefined;
  // A reconnect that was asked for is no failure: it follows at once, below the backoff, which does not count it.
  sessions = sessions.pipe(
    retryEach({
      delay: (error) => {
        if (error !== asked) throw error;
        sink.next({ type: 'retrying', attempt: 1, delay: 0, cause: error });
        return [undefined];
      },
    }),
  );
  if (retry) {
    const { wake = NEVER } = retry;
    void checkObservable('createGateway', 'retry.wake', wake);
    // By itself, so that its failure does not take `reconnect` along.
    sessions = sessions.pipe(retryBackoff({ ...retry, wake: merge(harmless(wake, sink.next), reconnects), events: sink }));
  }
  const session = sessions.pipe(shareSession({ linger, maxWaiting, events: sink }));

  const untyped = session as Observable<AnySession> as Observable<Session>;
  const states = connectionStates(lifeCycle);
  // Subscribed for the gateway's whole life, so that a late subscriber is told the present state.
  states.subscribe();

  let closed = false;
  let closing: Promise<DrainReport> | undefined;
  const close = (drainConfig?: DrainConfig): Promise<DrainReport> => {
    const drained = drain(session, drainConfig);
    // Before the drain begins: whoever fails by it finds the gateway closed.
    closed = true;
    // The signal may outlive many gateways.
    signal?.removeEventListener('abort', abort);
    return (closing ??= lastValueFrom(drained));
  };
  const abort = (): void => void close();
  if (signal?.aborted) abort();
  else signal?.addEventListener('abort', abort, { once: true });

  const gateway: Gateway<Untyped> = {
    session: untyped,
    // As `untyped.pipe` does, without the list of operators that it makes.
    request: <T>(command: string, data?: unknown, options?: RequestOptions) => request<T>(command, data, options)(untyped),
    send: (command, data, options) => send(command, data, options)(untyped),
    topic: <T>(name: string, params?: TopicParams, options?: TopicOptions) => topic<T>(name, params, options)(untyped),
    states,
    events,
    metrics: metrics(counters),
    get closed() {
      return closed;
    },
    reconnect: () => {
      const current = closed ? undefined : ledgerOf(session)?.run()?.current;
      asked = new ConnectionLostError(1000, 'reconnect was asked for', true);
      if (current) {
        const link = sessionLink(current);
        link.socket.release();
        link.end({ code: 1000, reason: '', wasClean: true, by: 'us', error: asked });
      }
      reconnects.next();
    },
    close,
    [Symbol.asyncDispose]: async () => {
      await close();
    },
  };
  return gateway as Gateway<Contract> as Gateway<C>;
}
