import type { Frame } from '../protocols/protocol.js';
import { isText, wireOf } from './prepareFrame.js';

/** Frames that are kept for a while, in memory that is used again for those that take their place. */
export interface StoredFrames {
  /** Bytes, or what the frames themselves count. */
  readonly size: number;
  /** Puts other frames in place of these. */
  store(frames: readonly Frame[]): void;
  /** The frames, as they are sent. */
  read(): readonly Frame[];
}

/**
 * A place for the frames of one message. For a peer that reads nothing, thousands of messages a second come and go: were their buffers kept,
 * each would live just long enough for the collector to take it for old, and everybody would wait for it to clean up.
 */
export function createStoredFrames(): StoredFrames {
  let several: readonly Frame[] | undefined;
  let bytes: Buffer | undefined;
  let text = false;
  let size = 0;

  /** Room for so much, and not for much more. */
  const room = (wanted: number): Buffer =>
    bytes && bytes.length >= wanted && bytes.length <= 2 * wanted ? bytes : (bytes = Buffer.allocUnsafeSlow(wanted));

  return {
    get size() {
      return size;
    },
    store(frames) {
      const [frame, ...more] = frames;
      several = frame === undefined || more.length > 0 ? frames : undefined;
      if (several) size = several.reduce((sum, { length }) => sum + length, 0);
      else if (typeof frame === 'string') {
        text = true;
        size = Buffer.byteLength(frame);
        room(size).write(frame);
      } else if (frame) {
        const wire = wireOf(frame);
        text = wire !== undefined && isText(wire);
        size = frame.length;
        room(size).set(frame);
      }
    },
    read() {
      if (several) return several;
      const stored = bytes?.subarray(0, size) ?? Buffer.alloc(0);
      // Bytes are copied: the socket may hold them longer than this place does.
      return [text ? stored.toString() : Buffer.from(stored)];
    },
  };
}
