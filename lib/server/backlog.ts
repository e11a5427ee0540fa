import type { PeerLink } from './peerLink.js';

/** Bytes in a peer's socket above which it is behind where no `slowConsumers` says otherwise, and streams to it wait in any case. */
export const streamMark = 65_536;

/** Bytes that were sent to a peer and that the network has not taken: those in its socket, and in the line of `slowConsumers`. */
export const backlogOf = ({ socket, outlet }: PeerLink): number => socket.bufferedAmount + (outlet?.episode?.line.bytes ?? 0);

/** Whether a peer reads more slowly than it is sent to: whoever can wait, should. */
export const isBehind = ({ socket, outlet }: PeerLink): boolean =>
  outlet?.episode !== undefined || socket.bufferedAmount > streamMark;
