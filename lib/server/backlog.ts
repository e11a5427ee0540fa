import type { PeerLink } from './peerLink.js';

/** Bytes in a peer's socket above which it is behind where no `slowConsumers` says otherwise, and streams to it wait in any case. */
export const streamMark = 65_536;

/** Milliseconds between two looks at a peer that is behind: a socket says when it is empty, but not when it is nearly so. */
export const lookInterval = 5;

/** The same for one that took nothing in as many looks as `patientLooks`: there may be thousands of these, for as long as they are let. */
export const longestLook = 40;

const patientLooks = 100;

/** What a peer had taken when it was looked at, and how often it had not taken more since. */
export interface Looks {
  taken: number;
  vain: number;
}

/** Bytes that were sent to a peer and that the network has not taken: those in its socket, and in the line of `slowConsumers`. */
export const backlogOf = ({ socket, outlet }: PeerLink): number => socket.bufferedAmount + (outlet?.episode?.line.bytes ?? 0);

/** Whether a peer reads more slowly than it is sent to: whoever can wait, should. */
export const isBehind = ({ socket, outlet }: PeerLink): boolean =>
  outlet?.episode !== undefined || socket.bufferedAmount > streamMark;

/** Whether there is room for more, by the low watermark. */
export const isDrained = ({ socket, outlet }: PeerLink): boolean =>
  outlet?.episode === undefined && socket.bufferedAmount <= (outlet?.settings.lowWater ?? streamMark);

/** Whether a producer that others share may wait for this peer. By other policies than `'pause'` it is to lose something instead. */
export const isPaused = (link: PeerLink): boolean => {
  const policy = link.outlet?.settings.policy ?? 'pause';
  return !link.open || (policy === 'pause' && isBehind(link));
};

/** A number that grows whenever the network took something of what was sent to a peer. */
export const takenBy = ({ socket }: PeerLink): number => socket.taken ?? -socket.bufferedAmount;

/** Somebody waits for room: from now on `slowConsumers` sees to it that the peer takes something, until it is behind no more. */
export const awaitRoom = ({ outlet }: PeerLink): void => {
  outlet?.settings.awaited(outlet);
};

/** Milliseconds to the next look at a peer. */
export function nextLook(looks: Looks, link: PeerLink): number {
  const taken = takenBy(link);
  looks.vain = taken > looks.taken ? 0 : looks.vain + 1;
  looks.taken = taken;
  return looks.vain < patientLooks ? lookInterval : longestLook;
}
