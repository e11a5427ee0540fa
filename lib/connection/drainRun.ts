import { merge, Observable, ReplaySubject, take, timer } from 'rxjs';
import type { GatewayEvent } from '../events/gatewayEvent.js';
import type { LedgerRun } from './ledgerRun.js';
import { sessionLink } from './sessionLink.js';

/** What a drain had to give up. */
export interface DrainReport {
  /** Requests and sends that waited for a session and were never sent. */
  readonly unsent: number;
  /** Requests that were sent and had no reply by the deadline, or lost their session meanwhile. */
  readonly unanswered: number;
  /** Bytes that the socket had taken but not handed to the network when it was dropped. */
  readonly undelivered: number;
  /** The connection did not end with a close handshake in time. */
  readonly forced: boolean;
}

/** Ends a run: nothing new, in-flight requests until `deadline` ms, then 1000. */
export function drainRun(run: LedgerRun, deadline: number, report: (event: GatewayEvent) => void): Observable<DrainReport> {
  const result = new ReplaySubject<DrainReport>(1);
  report({ type: 'closing' });
  const unsent = run.line.size;
  const session = run.current;
  // Topics are holders too: without them the connection would be let go before its close handshake.
  if (session) run.hold();
  run.wind();

  const conclude = (outcome: Omit<DrainReport, 'unsent'>): void => {
    run.finish();
    report({ type: 'closed' });
    result.next({ unsent, ...outcome });
    result.complete();
  };
  if (!session) {
    conclude({ unanswered: 0, undelivered: 0, forced: false });
    return result;
  }

  const link = sessionLink(session);
  let undelivered = 0;
  const idle = new Observable<void>((subscriber) => {
    const look = (): void => {
      for (const request of link.pending.values())
        if (request.link) {
          // Settled, its subscription ends; then there may be others.
          request.subscriber.add(look);
          return;
        }
      subscriber.next();
    };
    look();
  });
  merge(idle, timer(deadline))
    .pipe(take(1))
    .subscribe(() => {
      session.close(1000);
      undelivered = session.bufferedAmount;
    });
  session.closed.subscribe(({ wasClean, by }) => {
    conclude({ unanswered: link.unanswered, undelivered: wasClean ? 0 : undelivered, forced: !(wasClean && by === 'us') });
  });
  return result;
}
