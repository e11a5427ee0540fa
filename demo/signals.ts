import { bufferCount, filter, map, type OperatorFunction, pairwise, pipe } from 'rxjs';
import type { Bar } from './bars.js';

/** A bar with the averages of the closing prices up to it. */
export interface Averaged {
  readonly bar: Bar;
  readonly fast: number;
  readonly slow: number;
}

/** The fast average has crossed the slow one. */
export interface Signal extends Averaged {
  readonly side: 'buy' | 'sell';
}

const mean = (bars: readonly Bar[]): number => bars.reduce((sum, { close }) => sum + close, 0) / bars.length;

/** Adds the moving averages of the last `fast` and the last `slow` bars, once there are that many. */
export const movingAverages = (fast: number, slow: number): OperatorFunction<Bar, Averaged> =>
  pipe(
    bufferCount<Bar>(slow, 1),
    // At the end of the stream the last windows come as they are.
    filter((bars) => bars.length === slow),
    map((bars) => ({ bar: bars[slow - 1] as Bar, fast: mean(bars.slice(-fast)), slow: mean(bars) })),
  );

/** Emits when the fast average crosses the slow one: upwards means buy, downwards sell. */
export const crossings = (): OperatorFunction<Averaged, Signal> =>
  pipe(
    map((now): Signal => ({ ...now, side: now.fast > now.slow ? 'buy' : 'sell' })),
    pairwise(),
    filter(([before, now]) => before.side !== now.side),
    map(([, now]) => now),
  );
