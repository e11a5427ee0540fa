import type { EventObserver, GatewayEvent } from './gatewayEvent.js';
import { reportUnhandled } from './reportUnhandled.js';

/** Reports an event to an observer that may be missing or may throw: its error is reported as unhandled, and hurts nobody else. */
export function reportTo(events: EventObserver | undefined, event: GatewayEvent): void {
  try {
    events?.next(event);
  } catch (error) {
    reportUnhandled(error);
  }
}

/** Makes what reports to an observer: see {@link reportTo}. */
export const createReporter =
  (events: EventObserver | undefined) =>
  (event: GatewayEvent): void => {
    reportTo(events, event);
  };

/** Calls a hook of the application. What it throws is reported, and it then gives nothing. */
export const guarded = <T>(report: (event: GatewayEvent) => void, hook: string, call: () => T): T | undefined => {
  try {
    return call();
  } catch (cause) {
    report({ type: 'hookFailed', hook, cause });
    return undefined;
  }
};
