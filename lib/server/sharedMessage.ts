import { asyncScheduler } from 'rxjs';
import { encodeMessage, framesOf } from '../connection/codecFrames.js';
import type { NotificationMessage, SendMessage } from '../protocols/message.js';
import type { Codec, Frame, Protocol } from '../protocols/protocol.js';
import type { PeerLink } from './peerLink.js';
import { prepareFrame } from './prepareFrame.js';

/** Puts one message on the wire of any number of peers. Throws what cannot be encoded; the peer must be open. */
export type SharedMessage = (link: PeerLink) => void;

interface Once {
  readonly protocol: Protocol;
  frames: readonly Frame[];
  prepared: boolean;
}

/**
 * A message for many peers, encoded once for all that speak the same protocol, where the protocol says that its frames are the
 * same on every session. The first peer is written to as if it were alone: framing is worth its cost from the second one on.
 */
export function shareMessage(message: NotificationMessage | SendMessage): SharedMessage {
  const all: Once[] = [];
  let last: Once | undefined;
  // One look at the clock for all: a message is shared within one turn.
  const at = asyncScheduler.now();

  const encode = (codec: Codec, protocol: Protocol): readonly Frame[] => {
    last = all.find((once) => once.protocol === protocol);
    if (!last) {
      last = { protocol, frames: framesOf(encodeMessage(codec, message)), prepared: false };
      all.push(last);
    } else if (!last.prepared) {
      last.frames = last.frames.map(prepareFrame);
      last.prepared = true;
    }
    return last.frames;
  };
  return (link) => {
    const { protocol, codec } = link;
    if (last?.prepared && last.protocol === protocol) link.write(message, last.frames, at);
    else if (protocol.shared?.includes(message.kind)) link.write(message, encode(codec, protocol), at);
    else link.transmit(message);
  };
}
