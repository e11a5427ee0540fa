import { constants } from 'node:os';
import { Subscription } from 'rxjs';
import type { DrainReport } from '../connection/drainRun.js';
import type { Gateway } from '../gateway/createGateway.js';
import { checkDuration, checkFunction } from '../options/check.js';

/** Options of {@link drainOnSignals}. */
export interface DrainOnSignalsConfig {
  /** Milliseconds that requests in flight may still take. Default 5 000. */
  readonly deadline?: number | undefined;
  /** What to do when the gateway is drained. Default: `process.exit(0)`. */
  readonly exit?: ((report: DrainReport) => void) | undefined;
}

/** Signals that no program can handle. */
const deaf: readonly string[] = ['SIGKILL', 'SIGSTOP'];

/**
 * Drains a gateway when the process is asked to end: requests in flight may finish, the connection is closed with 1000, then `exit` is
 * called with the report. See `drain`.
 *
 * A second signal of the list while it drains ends the process at once, with the exit code 128 + the signal's number, as shells count. The
 * handlers are gone before `exit` is called; what it leaves running meets the signals' default.
 *
 * Unsubscribing the returned subscription takes the handlers off. A drain that has begun goes on, but `exit` is not called then.
 *
 * @example
 * drainOnSignals(gateway, ['SIGINT', 'SIGTERM'], { deadline: 2_000 });
 *
 * @throws TypeError or RangeError at the call, with the name of the option that is invalid.
 */
export function drainOnSignals(
  gateway: Pick<Gateway, 'close'>,
  signals: readonly NodeJS.Signals[],
  config: DrainOnSignalsConfig = {},
): Subscription {
  const { exit = () => process.exit(0) } = config;
  const deadline = checkDuration('drainOnSignals', 'deadline', config.deadline ?? 5_000);
  checkFunction('drainOnSignals', 'gateway.close', (gateway as Partial<Gateway> | undefined)?.close);
  checkFunction('drainOnSignals', 'exit', exit);
  if (!(Array.isArray as (value: unknown) => boolean)(signals) || signals.length === 0)
    throw new TypeError("drainOnSignals: signals must be a list such as ['SIGINT', 'SIGTERM']");
  for (const signal of signals)
    if (!(signal in constants.signals) || deaf.includes(signal))
      throw new TypeError(`drainOnSignals: signals must be names of signals that can be handled, not ${JSON.stringify(signal)}`);

  let draining = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (draining) process.exit(128 + constants.signals[signal]);
    draining = true;
    void gateway.close({ deadline }).then((report) => {
      if (handlers.closed) return;
      handlers.unsubscribe();
      exit(report);
    });
  };
  const handlers = new Subscription(() => {
    for (const signal of signals) process.off(signal, onSignal);
  });
  for (const signal of signals) process.on(signal, onSignal);
  return handlers;
}
