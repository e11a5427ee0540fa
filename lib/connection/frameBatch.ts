import { reportUnhandled } from '../events/reportUnhandled.js';
import { maxCharacters, maxItems } from '../protocols/isBatch.js';
import type { JoinFrames } from '../protocols/protocol.js';

/** The frames of one turn that are to leave together. */
export interface FrameBatch {
  /** Characters that wait. */
  readonly size: number;
  /** Takes a frame in; sends what was there before, where there is no room for both. */
  add(frame: string, join: JoinFrames): void;
  /** Sends what waits. */
  flush(): void;
}

/** An empty batch. One frame alone is sent as it is, and one that is too long for a batch too. */
export function createFrameBatch(send: (frame: string) => void): FrameBatch {
  let frames: string[] = [];
  let size = 0;
  let joinAll: JoinFrames;

  const flush = (): void => {
    // Most turns have one frame, which was not held.
    if (size === 0) return;
    let leaving = frames;
    frames = [];
    size = 0;
    if (leaving.length > 1)
      try {
        leaving = [joinAll(leaving)];
      } catch (error) {
        // Each says the same by itself.
        reportUnhandled(error);
      }
    for (const frame of leaving) send(frame);
  };
  return {
    get size() {
      return size;
    },
    add(frame, join) {
      // Each has a character after it, and one is before them all.
      if (size + frame.length + 2 > maxCharacters || frames.length === maxItems) flush();
      frames.push(frame);
      size += frame.length + 1;
      joinAll = join;
    },
    flush,
  };
}
