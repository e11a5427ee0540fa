import { asyncScheduler, type Observable } from 'rxjs';
import { connect } from '../../connection/connect.js';
import type { RequestOptions, Session } from '../../connection/session.js';
import type { Counters } from '../../events/counters.js';
import { createCounters } from '../../events/createCounters.js';
import type { GatewayEvent } from '../../events/gatewayEvent.js';
import { heartbeat } from '../../operators/heartbeat.js';
import { request } from '../../operators/request.js';
import { retryBackoff } from '../../operators/retryBackoff.js';
import { send } from '../../operators/send.js';
import { shareSession } from '../../operators/shareSession.js';
import { topic } from '../../operators/topic.js';
import type { Protocol } from '../../protocols/protocol.js';
import { commands } from '../../server/commands.js';
import type { GatewayEnd } from './gatewayEnd.js';
import type { ContractSettings } from './protocolSubject.js';

/** What became of something that was asked for. */
export interface Seen<T = unknown> {
  readonly values: readonly T[];
  /** `undefined` while it goes on. */
  readonly end: 'complete' | (Error & { readonly kind?: string; readonly code?: unknown }) | undefined;
  leave(): void;
}

/** The client of a case: the pipeline as applications have it. */
export interface ClientEnd {
  readonly counters: Counters;
  readonly events: readonly GatewayEvent[];
  /** Subscribes to the stream of sessions; it is connected until this is left. */
  sessions(): Seen<Session>;
  request(data: unknown, options?: RequestOptions): Seen;
  send(data: unknown): Seen;
  topic(name: string, params?: unknown): Seen;
}

/** How long this client waits before it connects again, in ms. */
export const pause = 100;

const watch = <T>(source: Observable<T>): Seen<T> => {
  const values: T[] = [];
  let end: Seen['end'];
  const subscription = source.subscribe({
    next: (value) => values.push(value),
    error: (error: unknown) => {
      end = error as Error;
    },
    complete: () => {
      end = 'complete';
    },
  });
  return {
    values,
    get end() {
      return end;
    },
    leave: () => {
      subscription.unsubscribe();
    },
  };
};

/** A client of the gateway. It connects at first use. */
export function clientEnd(settings: ContractSettings, protocol: Protocol, { webSocketFactory }: GatewayEnd): ClientEnd {
  const { command, credentials } = settings;
  const counters = createCounters();
  const events: GatewayEvent[] = [];
  const observer = { next: (event: GatewayEvent) => void events.push(event) };
  const session$ = connect({
    ...{ url: 'ws://gateway.example/', protocol, credentials, counters, webSocketFactory },
    events: observer,
    clock: () => asyncScheduler.now(),
  }).pipe(
    heartbeat({ random: () => 0.5 }),
    commands<Session>({ [command]: (data: unknown) => data }),
    retryBackoff({ initialDelay: pause, maxDelay: pause, random: () => 0.5, events: observer }),
    shareSession({ events: observer }),
  );
  return {
    counters,
    events,
    sessions: () => watch(session$),
    request: (data, options) => watch(session$.pipe(request(command, data, options))),
    send: (data) => watch(session$.pipe(send(command, data))),
    topic: (name, params) => watch(session$.pipe(topic(name, params))),
  };
}
