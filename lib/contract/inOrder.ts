import type { Judgement } from './boundary.js';
import type { Validated } from './validatePayload.js';

/** Lets judgements take effect in the order in which they were asked for, key by key. At once, where none of its key is awaited. */
export function inOrder(): (key: string, judgement: Judgement, act: (result: Validated<unknown>) => void) => void {
  const lines = new Map<string, Promise<void>>();
  return (key, judgement, act) => {
    const before = lines.get(key);
    if (!before && !('then' in judgement)) {
      act(judgement);
      return;
    }
    const next = Promise.all([judgement, before]).then(([result]) => {
      if (lines.get(key) === next) lines.delete(key);
      act(result);
    });
    lines.set(key, next);
  };
}
