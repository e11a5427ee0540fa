import type { PeerLink } from './peerLink.js';

/**
 * How a command went: its handler answered; refused it with an error that was made to be told; failed; or was stopped first, by a cancel or a
 * disconnect.
 */
export type CommandOutcome = 'answered' | 'refused' | 'failed' | 'stopped';

const ignore = (): void => undefined;

/** Tells the link how a command went; only the first outcome counts. */
export function outcomeOf(link: PeerLink, command: string): (outcome: CommandOutcome) => void {
  // As a rule nobody wants to know, and a clock costs.
  if (!link.handled) return ignore;
  const since = link.clock();
  let open = true;
  return (outcome) => {
    if (open) link.handled?.(command, outcome, link.clock() - since);
    open = false;
  };
}
