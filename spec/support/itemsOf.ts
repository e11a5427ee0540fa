import type { AnyFrame } from './anyFrame.js';

/** A batch as the frames that it stands for (docs/PROTOCOL.md); any other frame as it is. */
export function itemsOf(frame: AnyFrame): readonly AnyFrame[] {
  let read: unknown;
  try {
    read = JSON.parse(typeof frame === 'string' ? frame : new TextDecoder('utf-8', { fatal: true }).decode(frame));
  } catch {
    return [frame];
  }
  if (!Array.isArray(read) || read.length === 0) return [frame];
  // A list in a list has no meaning, and may be too deep to be written.
  return read.map((item: unknown) => (Array.isArray(item) ? '[]' : JSON.stringify(item)));
}
