import type { OwnedSession } from '../connection/ownedSession.js';
import type { Frame } from '../protocols/protocol.js';
import type { PeerLink } from './peerLink.js';

/** Takes a frame of a peer off the wire, and notes its size for the lines in which its messages may wait: messages do not tell theirs. */
export const receiveFrame = (owned: OwnedSession & Pick<PeerLink, 'inbound'>, frame: Frame): void => {
  owned.inbound = { size: frame.length };
  owned.receive(frame);
  // An idle peer keeps nothing of it.
  owned.inbound = undefined;
};
