import { throwError } from 'rxjs';
import type { EventObserver, GatewayEvent } from './gatewayEvent.js';

/** Reports events to an observer that may be missing or may throw: its error is reported as unhandled, and hurts nobody else. */
export function createReporter(events: EventObserver | undefined): (event: GatewayEvent) => void {
  if (!events) return () => undefined;
  return (event) => {
    try {
      events.next(event);
    } catch (error) {
      // An error that nobody handles: RxJS reports it on a later turn, as it does for a subscriber that throws.
      throwError(() => error).subscribe();
    }
  };
}

/** Calls a hook of the application. What it throws is reported, and it then gives nothing. */
export const guarded = <T>(report: (event: GatewayEvent) => void, hook: string, call: () => T): T | undefined => {
  try {
    return call();
  } catch (cause) {
    report({ type: 'hookFailed', hook, cause });
    return undefined;
  }
};
