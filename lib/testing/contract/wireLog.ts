import type { Frame } from '../../protocols/protocol.js';
import { showFrame } from './expectSame.js';

const kept = 12;

/** The last frames of a connection, for whoever has to find out what went wrong. */
export interface WireLog {
  toGateway(frame: Frame): void;
  toClient(frame: Frame): void;
  note(what: string): void;
  /** The lines, the oldest first; empty if there is nothing to tell. */
  readonly text: string;
}

/** A log without lines. */
export function wireLog(): WireLog {
  const lines: string[] = [];
  let left = 0;
  const note = (line: string): void => {
    lines.push(line);
    if (lines.length > kept) {
      lines.shift();
      left++;
    }
  };
  return {
    toGateway: (frame) => {
      note(`client  > ${showFrame(frame)}`);
    },
    toClient: (frame) => {
      note(`gateway > ${showFrame(frame)}`);
    },
    note,
    get text() {
      return [...(left > 0 ? [`(${left} before)`] : []), ...lines].map((line) => `\n  ${line}`).join('');
    },
  };
}
