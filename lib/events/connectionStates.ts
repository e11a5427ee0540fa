import { concatMap, filter, isObservable, merge, Observable, of, ReplaySubject, share, Subject } from 'rxjs';
import type { SessionEnd } from '../connection/session.js';
import type { ConnectionState } from './connectionState.js';
import type { GatewayEvent } from './gatewayEvent.js';

const none: readonly ConnectionState[] = [];
// Per-message events are many, and would pay for an inner subscription each.
const isLifeCycle = ({ type }: GatewayEvent): boolean => type !== 'sent' && type !== 'received';
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

  const go = (next: ConnectionState, attempt?: Attempt): readonly ConnectionState[] => {
    state = next;
    current = attempt;
    return [next];
  };
  const release = (): readonly ConnectionState[] => {
    if (state.status === 'closing') return go({ status: 'closed' });
    const cause = current?.end?.error;
    // Without an error it did not end by itself: its subscriber left.
    return go(cause ? { status: 'closed', cause } : disconnected);
  };
  const begin = (session: number): readonly ConnectionState[] => {
    const closing = state.status === 'closing';
    // No further attempt matters to a drain. After `session.close()`, though, the next subscriber may be faster than the release.
    if (current ? session <= current.session || (closing && !current.end) : closing) return none;
    const before = current ? release() : none;
    return [
      ...before,
      ...go({ status: 'connecting', attempt: state.status === 'reconnecting' ? state.attempt : 1 }, { session }),
    ];
  };

  return (event) => {
    const { status } = state;
    switch (event.type) {
      case 'connecting':
        return begin(event.session);
      case 'opened':
        return status === 'connecting' && event.session === current?.session ? go({ status: 'connected' }, current) : none;
      case 'ready':
        return status === 'connected' && event.session === current?.session
          ? go({ status: 'authenticated', since: event.since }, current)
          : none;
      case 'ended':
        // Only what follows tells what it means: a retry, the end of the stream, or its release.
        if (current?.session === event.session) current.end = event.end;
        return none;
      case 'retrying': {
        const { attempt, delay, cause } = event;
        if (status !== 'closing') return go({ status: 'reconnecting', attempt, delay, cause });
        // The drain goes on without this session, so its release is no sign that the drain is over.
        current = undefined;
        return none;
      }
      case 'gaveUp':
        return status === 'closing' || status === 'closed' ? none : go({ status: 'closed', cause: event.cause });
      case 'released':
        if (event.session === undefined) return status === 'reconnecting' ? go(disconnected) : none;
        return event.session === current?.session ? release() : none;
      case 'closing':
        return status === 'closing' ? none : go({ status: 'closing' }, current);
      case 'closed':
        return status === 'closed' ? none : go({ status: 'closed' });
      default:
        return none;
    }
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
  if (!isObservable(events)) throw new TypeError('connectionStates: events must be an observable');
  const states = new Observable<ConnectionState>((subscriber) => {
    const fold = createFold();
    const first = new Subject<ConnectionState>();
    // `concatMap` keeps events that a subscriber causes on hearing a state until all have heard it. The first state waits for the
    // subscription to `events`, so that what its subscribers cause is not missed either.
    merge(of(undefined), events.pipe(filter(isLifeCycle)))
      .pipe(concatMap((event) => (event ? fold(event) : first)))
      .subscribe(subscriber);
    first.next(disconnected);
    first.complete();
  });
  return states.pipe(share({ connector: () => new ReplaySubject(1), resetOnComplete: false }));
}
