import type { Behind } from './accepts.js';

/**
 * What `run` gives, which may look behind so many names; `undefined` if it wants more. What refers twice at each level to the next one has more parts than
 * any machine.
 */
export function limited<T>(behind: Behind, most: number, run: (behind: Behind) => T): T | undefined {
  const tooMany = new Error(`more than ${most} names`);
  let left = most;
  try {
    return run((shape) => {
      if (shape.kind === 'named' && left-- === 0) throw tooMany;
      return behind(shape);
    });
  } catch (error) {
    if (error === tooMany) return undefined;
    throw error;
  }
}
