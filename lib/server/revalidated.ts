import {
  catchError,
  concat,
  concatMap,
  defer,
  EMPTY,
  ignoreElements,
  type Observable,
  repeat,
  take,
  throwIfEmpty,
  timeout,
  timer,
} from 'rxjs';
import { handlerResults } from './handlerResults.js';
import type { Identity } from './identity.js';
import type { Peer } from './peer.js';
import { peerLink } from './peerLink.js';
import { sendAway } from './sendAway.js';

/** Whether a peer may stay: yes, no, or no for good. At once, by a promise or by the first value of an observable. */
export type CheckIdentity = (identity: Identity, peer: Peer) => StayAnswer | PromiseLike<StayAnswer> | Observable<StayAnswer>;

type StayAnswer = boolean | 'final';

/** Checks one peer every so often, and sends it away when the check says so. Emits nothing. */
export function revalidated(peer: Peer, every: number, check: CheckIdentity, random: () => number): Observable<never> {
  const link = peerLink(peer);
  const act = (answer: unknown): void => {
    if (answer === false) sendAway(link, 4401, 'revalidation');
    else if (answer === 'final') sendAway(link, 4403, 'revalidation');
    else if (answer !== true) throw new TypeError("revalidate.check must give true, false or 'final'");
  };
  const failed = (cause: unknown): void => {
    link.report({ type: 'hookFailed', hook: 'revalidate', cause });
  };
  const ask = (last: boolean): Observable<never> =>
    defer(() => {
      const { identity } = link;
      if (!identity) return EMPTY;
      return handlerResults(() => check(identity, peer), failed).pipe(
        take(1),
        throwIfEmpty(),
        timeout(every),
        concatMap((answer) => {
          // Renewed meanwhile: a no may be about a credential that no longer counts. Asked a second time, it counts in any case, or a
          // client would stay that sends a refresh during each check.
          if (!last && answer !== true && link.identity !== identity) return ask(true);
          act(answer);
          return EMPTY;
        }),
      );
    });
  const once = ask(false).pipe(
    catchError((cause: unknown) => {
      failed(cause);
      return EMPTY;
    }),
  );
  const after = (delay: number): Observable<never> => timer(delay).pipe(ignoreElements());
  // Peers that came together, after a restart, are not to be checked together.
  return concat(
    defer(() => after(random() * every)),
    once,
    concat(after(every), once).pipe(repeat()),
  );
}
