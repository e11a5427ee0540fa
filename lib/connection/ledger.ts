import { Observable, ReplaySubject } from 'rxjs';
import type { DrainReport } from './drainRun.js';
import { createLedgerRun, type LedgerRun, type LedgerSettings } from './ledgerRun.js';
import type { AnySession } from './session.js';

/** Under which a shared stream keeps its ledger; a registered symbol, so that two copies of the library understand each other. */
export const ledgerSymbol: unique symbol = Symbol.for('rxgate.ledger') as never;

/** What outlives a session on a shared stream. */
export interface Ledger {
  /**
   * The run that is on, or a new one: from the first subscriber until linger ends. `undefined` once the stream was drained: then it
   * stays completed.
   */
  run(): LedgerRun | undefined;
  /** Ends everything by `begin`, once; every subscriber gets the same report. */
  drain(
    begin: (run: LedgerRun | undefined, report: LedgerSettings['report']) => Observable<DrainReport>,
  ): Observable<DrainReport>;
}

/** The ledger of a stream that comes right out of `shareSession`; `undefined` for any other. */
export const ledgerOf = (stream: Observable<unknown>): Ledger | undefined =>
  (stream as { readonly [ledgerSymbol]?: Ledger })[ledgerSymbol];

/** A ledger for one subscription to a stream whose own is out of sight: what it keeps ends with the subscription. */
export const privateLedger = (source: Observable<AnySession>): Ledger =>
  createLedger(source, { linger: 0, maxWaiting: 1_000, report: () => undefined });

/** The ledger of one shared stream over `source`. */
export function createLedger(source: Observable<AnySession>, settings: LedgerSettings): Ledger {
  let present: LedgerRun | undefined;
  const drained = new ReplaySubject<DrainReport>(1);
  let draining = false;
  return {
    run() {
      if (draining) return undefined;
      present ??= createLedgerRun(source, settings, (over) => {
        if (present === over) present = undefined;
      });
      return present;
    },
    drain: (begin) =>
      new Observable((subscriber) => {
        const first = !draining;
        // Set before anything ends: who hears of its end may ask for something else at once.
        draining = true;
        if (first) begin(present, settings.report).subscribe(drained);
        return drained.subscribe(subscriber);
      }),
  };
}
