import { Observable, of, timeout } from 'rxjs';
import { RequestFailedError } from '../errors/gatewayErrors.js';
import type { Peer } from './peer.js';
import { peerLink } from './peerLink.js';
import { type ReturnAdvice, sendAway } from './sendAway.js';
import { type IdentityRefusal, type VerifiedIdentity, type VerifyIdentity, verifyIdentity } from './verifyIdentity.js';

/** The checked options of a refresh. */
export interface RefreshSettings<D> {
  readonly command: string;
  readonly verify: VerifyIdentity<D>;
  readonly attempts: number;
  readonly timeout: number;
}

/** A refresh that was asked for, and is not checked yet. */
interface Turn {
  begin(): void;
  /** A later one takes its place. */
  supersede(): void;
}

/** When a client may come back whose connection was closed for its cancels. */
const advice: ReturnAdvice = { retryAfter: 5_000, spread: 5_000 };

/** A check that is not done by then is a failure of this side: it says nothing about the credential. */
const inTime = (within: number, failed: (cause: unknown) => void) =>
  timeout<VerifiedIdentity, Observable<VerifiedIdentity>>({
    first: within,
    with: () => {
      failed(new Error(`the check took longer than ${within} ms`));
      return of({ refusal: { code: 'INTERNAL_ERROR', message: 'the credential could not be checked in time', close: 1013 } });
    },
  });

/**
 * The handler of the refreshes of one peer; `renewed` is told of each that was taken. One is checked at a time. Of those that come meanwhile
 * the last one waits, so that what was asked last is what counts in the end; the others fail with `SUPERSEDED`.
 */
export function refreshing<D>(
  peer: Peer,
  { command, verify, attempts, timeout: within }: RefreshSettings<D>,
  renewed: () => void,
): (data: D) => Observable<unknown> {
  const link = peerLink(peer);
  let left = attempts;
  let busy = false;
  let waiting: Turn | undefined;

  /** A stage that leaves takes its command away first. */
  const isServed = (): boolean => link.open && link.commands?.has(command) === true;
  const failed = (cause: unknown): void => {
    link.report({ type: 'hookFailed', hook: command, cause });
  };
  const count = (close: IdentityRefusal['close'], back?: ReturnAdvice): void => {
    if (--left <= 0) sendAway(link, close, 'refreshRefused', back);
  };
  const next = (): void => {
    busy = false;
    const turn = waiting;
    waiting = undefined;
    if (isServed()) turn?.begin();
  };
  const check = (data: D): Observable<VerifiedIdentity> =>
    verifyIdentity(verify, data, peer, failed).pipe(inTime(within, failed));
  /** What becomes of the credential. Whoever holds peers by their user would have it under the wrong one, if that could change. */
  const outcomeOf = (verified: VerifiedIdentity): VerifiedIdentity =>
    'refusal' in verified || verified.identity.user === link.identity?.user
      ? verified
      : { refusal: { code: 'FORBIDDEN', message: 'the user must stay the same', close: 4403 } };

  return (data) =>
    new Observable((subscriber) => {
      let checking = false;
      const settle = (verified: VerifiedIdentity): void => {
        checking = false;
        // On its way out it is what it was.
        if (!link.open) return;
        const outcome = outcomeOf(verified);
        if ('identity' in outcome) {
          const { user, expiresAt } = (link.identity = outcome.identity);
          left = attempts;
          renewed();
          subscriber.next({ user, expiresAt });
          subscriber.complete();
        } else {
          const { code, data: about, message: detail, retryAfter, close } = outcome.refusal;
          subscriber.error(new RequestFailedError(command, code, about, { detail, retryAfter }));
          // After the answer, which a close would cut off.
          if (close !== 1013) count(close);
        }
        next();
      };
      const turn: Turn = {
        begin: () => {
          busy = checking = true;
          subscriber.add(check(data).subscribe(settle));
        },
        supersede: () => {
          subscriber.error(
            new RequestFailedError(command, 'SUPERSEDED', undefined, { detail: 'a later refresh takes its place' }),
          );
        },
      };
      subscriber.add(() => {
        if (waiting === turn) waiting = undefined;
        if (!checking) return;
        checking = false;
        // A cancel. It counts, else a client could begin checks without end.
        if (isServed()) count(1013, advice);
        next();
      });
      if (busy) {
        const before = waiting;
        waiting = turn;
        before?.supersede();
      } else if (link.open) turn.begin();
      // The check that it took the id of was one too many.
      else subscriber.complete();
    });
}
