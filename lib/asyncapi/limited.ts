import type { Behind } from './accepts.js';

/** Somebody went through more schemas than there is a use for. */
export class TooManyError extends Error {}

/** Looks behind names so often and then throws a {@link TooManyError}: what refers twice at each level to the next one has more parts than any machine. */
export function limited(behind: Behind, most: number): Behind {
  let left = most;
  return (shape) => {
    if (shape.kind === 'named' && left-- === 0) throw new TooManyError(`more than ${most} schemas`);
    return behind(shape);
  };
}
