import type { Observable } from 'rxjs';
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
  /** What the drain comes to, once one began. */
  drained: Observable<DrainReport> | undefined;
  readonly report: LedgerSettings['report'];
}

/** The ledger of a stream that comes right out of `shareSession`; `undefined` for any other. */
export const ledgerOf = (stream: Observable<unknown>): Ledger | undefined =>
  (stream as { readonly [ledgerSymbol]?: Ledger })[ledgerSymbol];

/** The run of a stream; one for a subscription alone, where the stream's own ledger is out of sight. */
export function runOf(stream: Observable<AnySession>): LedgerRun | undefined {
  const ledger = ledgerOf(stream);
  return ledger ? ledger.run() : createLedgerRun(stream);
}

/** The ledger of one shared stream over `source`. */
export function createLedger(source: Observable<AnySession>, settings: LedgerSettings): Ledger {
  let present: LedgerRun | undefined;
  const ledger: Ledger = {
    drained: undefined,
    report: settings.report,
    run: () =>
      ledger.drained
        ? undefined
        : (present ??= createLedgerRun(source, settings, () => {
            present = undefined;
          })),
  };
  return ledger;
}
