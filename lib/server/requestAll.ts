import { catchError, defer, from, map, mergeMap, type Observable, of } from 'rxjs';
import type { RequestOptions } from '../connection/session.js';
import { requestSpec } from '../connection/requestSpec.js';
import { waitingOf } from '../connection/waiting.js';
import type { Peer } from './peer.js';
import { peersIn, type Targets } from './targets.js';

/** Options of {@link requestAll}. */
export interface RequestAllOptions extends Pick<RequestOptions, 'timeout' | 'signal'> {
  /** Who is not asked, though meant. */
  readonly except?: Targets | undefined;
}

/** What one peer answered, or how its request failed. */
export type PeerReply<T = unknown> =
  | { readonly peer: Peer; readonly reply: T; readonly error?: undefined }
  | { readonly peer: Peer; readonly error: unknown; readonly reply?: undefined };

/**
 * Asks many peers the same, each once: clients answer with `commands`.
 *
 * Cold: subscribing asks whoever is in the targets at that moment. Emits what each peer made of it as it comes, in any order: its
 * `reply`, or the `error` of its request (an error reply, the `timeout` of 10 s, a lost connection, a peer that is not open).
 * Completes when all have settled, at once if there is nobody. Errors only when `signal` is aborted, with its reason.
 * Unsubscribing cancels what is not settled. A peer that reconnects is not asked again.
 *
 * @example
 * requestAll(rooms.toRoom('lobby'), 'vote', { on: 'pizza' }, { timeout: 5_000 })
 *   .pipe(filter(({ reply }) => reply === 'yes'), count());
 *
 * @throws TypeError or RangeError at the call, with the name of the option that is invalid.
 */
export function requestAll<T = unknown>(
  targets: Targets,
  command: string,
  data?: unknown,
  options: RequestAllOptions = {},
): Observable<PeerReply<T>> {
  const spec = requestSpec('request', command, data, options);
  const { except, timeout } = options;
  const ask = (peer: Peer): Observable<PeerReply<T>> =>
    peer.request<T>(command, data, { timeout }).pipe(
      map((reply) => ({ peer, reply })),
      catchError((error: unknown) => of({ peer, error })),
    );
  const replies = defer(() => {
    const left = new Set(except && peersIn(except));
    return from([...peersIn(targets)].filter((peer) => !left.has(peer))).pipe(mergeMap(ask));
  });
  // For its signal, which all requests share.
  return waitingOf(spec, ({ subscriber }) => replies.subscribe(subscriber));
}
