import { concat, concatMap, EMPTY, type MonoTypeOperatorFunction, type Observable, of, pairwise, pipe, startWith } from 'rxjs';
import type { Bar } from './bars.js';

const none = { index: -1 } as Bar;

/** Puts the bars that are missing before a bar in front of it. Later bars wait meanwhile: `concatMap` keeps the order. */
export const fillGaps = (missing: (from: number, to: number) => Observable<Bar>): MonoTypeOperatorFunction<Bar> =>
  pipe(
    startWith(none),
    pairwise(),
    concatMap(([before, bar]) => {
      const gap = bar.index - before.index - 1;
      // The last bar may be told twice.
      if (gap < 0) return EMPTY;
      return gap === 0 ? of(bar) : concat(missing(before.index + 1, bar.index - 1), of(bar));
    }),
  );
