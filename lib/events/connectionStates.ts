import { concat, concatMap, filter, Observable, ReplaySubject, share, Subject } from 'rxjs';
import type { SessionEnd } from '../connection/session.js';
import { checkObservable } from '../options/checkObservable.js';
import type { ConnectionState } from './connectionState.js';
import { connectionTransitions } from './connectionTransitions.js';
import type { GatewayEvent } from './gatewayEvent.js';
import { isPerMessage } from './isPerMessage.js';

const disconnected: ConnectionState = { status: 'disconnected' };

interface Attempt {
  readonly session: number;
  end?: SessionEnd;
}

/** Makes a function that takes events in order and returns the states that each of them leads through. */
function createFold(): (event: GatewayEvent) => readonly ConnectionState[] {
  let state = disconnected;
  // The attempt that the state speaks of: from `connecting` until it is released, or until its failure was taken up by a retry.
  let current: Attempt | undefined;
  let passed: ConnectionState[];

  /** What the table does not allow is no news: an event that is late, or that comes twice. */
  const go = (next: ConnectionState, attempt?: Attempt): void => {
    if (!connectionTransitions[state.status].includes(next.status)) return;
    passed.push((state = next));
    current = attempt;
  };
  const release = (): void => {
    const cause = current?.end?.error;
    // Without an error it did not end by itself: its subscriber left.
    if (state.status !== 'closing') go(cause ? { status: 'closed', cause } : disconnected);
    else if (current) go({ status: 'closed' });
  };
  const begin = (session: number): void => {
    // No further attempt matters to a drain. After `session.close()`, though, the next subscriber may be faster than the release.
    if (session <= (current?.session ?? -1) || (state.status === 'closing' && !current?.end)) return;
    if (current) release();
    go({ status: 'connecting', attempt: state.status === 'reconnecting' ? state.attempt : 1 }, { session });
  };

  return (event) => {
    passed = [];
    const { type } = event;
    if (type === 'connecting') begin(event.session);
    else if (type === 'retrying') {
      const { attempt, delay, cause } = event;
      // A drain goes on without this session, so its release is no sign that the drain is over.
      current = undefined;
      go({ status: 'reconnecting', attempt, delay, cause });
    } else if (type === 'gaveUp') {
      if (state.status !== 'closing') go({ status: 'closed', cause: event.cause });
    } else if (type === 'closing') go({ status: type }, current);
    else if (type === 'closed') go({ status: type });
    // The rest is about one session; without `session`, `released` is about a wait, which has none.
    else if ((event as { readonly session?: number }).session === current?.session) {
      if (type === 'opened') go({ status: 'connected' }, current);
      else if (type === 'ready') go({ status: 'authenticated', since: event.since }, current);
      else if (type === 'released') release();
      // Only what follows tells what it means: a retry, the end of the stream, or its release.
      else if (type === 'ended' && current) current.end = event.end;
    }
    return passed;
  };
}

/**
 * Emits where the connection stands: `disconnected` first, then every change that the life-cycle events tell of. Each state differs from
 * the one before, and follows it by {@link connectionTransitions}.
 *
 * ```
 * events           -c-o-r------x-w-----c-o-r-   (connecting, opened, ready, ended, retrying)
 * connectionStates dc-o-a--------w-----c-o-a-   (disconnected, connecting, connected, authenticated, reconnecting)
 * ```
 *
 * - **Late subscribers** get the current state at once, as long as at least one subscriber holds the observable. It knows only what
 *   happened since the first of them: subscribe before the connection is used. (`createGateway().states` does, for its whole life.)
 * - **Completes** when `events` does; the last state is then still there for late subscribers.
 * - **Errors** only if `events` does, with its error. Trouble of the connection is a state. The events of a gateway never error.
 * - **Unsubscribing** sends nothing; the last one to go unsubscribes from `events`, and the next one starts at `disconnected`.
 * - **On reconnect** it goes through `reconnecting` and `connecting`. Late events of an old session change nothing.
 *
 * It follows one connection. Where several write to the same `events`, it follows the newest attempt. What a subscriber does on hearing
 * a state, such as closing, takes effect after all subscribers heard that state.
 *
 * ```ts
 * import { Subject } from 'rxjs';
 * import { connect, connectionStates, type GatewayEvent, retryBackoff, shareSession } from 'rxgate';
 * import { commandNotify } from 'rxgate/protocols';
 *
 * const log$ = new Subject<GatewayEvent>();
 * // Not the subject itself: its `observed` would ask for an event per message.
 * const events = { next: (event: GatewayEvent) => log$.next(event) };
 * connectionStates(log$).subscribe((state) => console.log(state.status));
 * const session$ = connect({ url: 'wss://gw.example/ws', protocol: commandNotify(), events }).pipe(
 *   retryBackoff({ events }),
 *   shareSession({ events }),
 * );
 * ```
 *
 * @throws TypeError at the call if `events` is no observable.
 */
export function connectionStates(events: Observable<GatewayEvent>): Observable<ConnectionState> {
  void checkObservable('connectionStates', 'events', events);
  const states = new Observable<ConnectionState>((subscriber) => {
    const fold = createFold();
    const first = new Subject<ConnectionState>();
    // `concatMap` keeps events that a subscriber causes on hearing a state until all have heard it. The first state waits for the
    // subscription to `events`, so that what its subscribers cause is not missed either.
    // Those of messages are many, and would pay for an inner subscription each.
    concat([undefined], events.pipe(filter((event) => !isPerMessage(event))))
      .pipe(concatMap((event) => (event ? fold(event) : first)))
      .subscribe(subscriber);
    first.next(disconnected);
    first.complete();
  });
  return states.pipe(share({ connector: () => new ReplaySubject(1), resetOnComplete: false }));
}
