import type { ConnectionStatus } from './connectionState.js';

/**
 * Which status may follow which: all that {@link connectionStates} emits, whatever the events are. A status that is missing in its own
 * line never follows itself.
 *
 * ```ts
 * import { connectionTransitions } from 'rxgate';
 *
 * connectionTransitions.closing; // ['closed']
 * ```
 */
export const connectionTransitions: Readonly<Record<ConnectionStatus, readonly ConnectionStatus[]>> = {
  // The attempt may fail before `connect` hears of it (a credential that cannot be refreshed), or before anybody listens to the events.
  disconnected: ['connecting', 'reconnecting', 'closing', 'closed'],
  connecting: ['connected', 'reconnecting', 'disconnected', 'closing', 'closed'],
  connected: ['authenticated', 'reconnecting', 'disconnected', 'closing', 'closed'],
  authenticated: ['reconnecting', 'disconnected', 'closing', 'closed'],
  // To itself: this attempt, too, failed before `connect` heard of it.
  reconnecting: ['connecting', 'reconnecting', 'disconnected', 'closing', 'closed'],
  closing: ['closed'],
  closed: ['connecting', 'reconnecting', 'closing'],
};
