import type { OperatorFunction } from 'rxjs';
import { directObservable } from '../connection/directObservable.js';
import { runOf } from '../connection/ledger.js';
import type { AnySession, DataOf, Session, TopicArgs, TopicOptions, TopicParams } from '../connection/session.js';
import { checkTopic } from '../connection/topicSpec.js';
import type { Contract, TopicName, Untyped } from '../contract/contract.js';

/**
 * The notifications of a topic, as a hot stream that outlives its sessions.
 *
 * Emits the data of each notification, from the gateway's confirmation on, in order. However many subscribe to one key (the concrete name
 * and the parameters that its template did not consume), there is one subscription on the wire. With `replay: 1` a late
 * subscriber first gets the last value.
 *
 * Errors with `SubscriptionRejectedError` when the gateway refuses, or does not confirm within `connect`'s `confirmTimeout` (10 000 ms);
 * `retry` then subscribes again. Errors with the final error of the stream of sessions; never because a connection was lost.
 *
 * Completes when the gateway ends the topic, or the application closes.
 *
 * Unsubscribing the last subscriber sends an unsubscribe, after `linger` ms (default 0), on the session that carries it.
 *
 * On reconnect it waits; the next session subscribes it again before anything else is sent. A `params` function is then asked again.
 *
 * @example
 * const bars$ = session$.pipe(topic<Bar>('bars:{symbol}:{resolution}', { symbol: 'SPX', resolution: '1D' }));
 */
export function topic<T = unknown, C extends Contract = Untyped, const K extends keyof C['topics'] & string = TopicName<C>>(
  name: K,
  ...args: TopicArgs<C, K, TopicOptions>
): OperatorFunction<Session<C>, DataOf<C, K, T>>;
export function topic(name: string, params?: TopicParams, options?: TopicOptions): OperatorFunction<AnySession, unknown> {
  const spec = checkTopic(name, params, options);
  return (source) =>
    directObservable((subscriber) => {
      const run = runOf(source);
      if (run) run.topic(spec, subscriber);
      else subscriber.complete();
    });
}
