import { concatMap, defer, interval, type Observable, takeWhile } from 'rxjs';
import { type Bar, readBars, toWeeks } from './bars.js';

/** A market that replays its past at many days per second. It goes by the clock, whether anybody watches or not. */
export interface Market {
  /** The bars of a series as they become due; completes after the last one. */
  live(resolution: string): Observable<Bar>;
  /** Bars that were due already, by their place in the series. */
  history(resolution: string, from: number, to: number): Bar[];
}

export interface MarketOptions {
  /** When it opened, in ms since 1970. */
  readonly opened: number;
  readonly daysPerSecond: number;
  /** Starts again from the first day after the last. */
  readonly forever: boolean;
}

export function createMarket({ opened, daysPerSecond, forever }: MarketOptions): Market {
  const days = readBars();
  const series: Readonly<Record<string, readonly Bar[]>> = { '1D': days, '1W': toWeeks(days) };

  const today = (): number => Math.floor(((Date.now() - opened) / 1000) * daysPerSecond) - 1;

  const barAt = (bars: readonly Bar[], index: number): Bar | undefined => {
    const round = Math.floor(index / bars.length);
    const bar = bars[index % bars.length];
    return round === 0 ? bar : bar && forever ? { ...bar, index, day: bar.day + round * days.length } : undefined;
  };
  /** All bars from `index` on that are due by now. */
  const dueFrom = (bars: readonly Bar[], index: number): Bar[] => {
    const due: Bar[] = [];
    for (let bar = barAt(bars, index); bar && bar.day <= today(); bar = barAt(bars, ++index)) due.push(bar);
    return due;
  };

  return {
    live: (resolution) =>
      defer(() => {
        const bars = series[resolution] ?? [];
        const round = Math.max(0, Math.floor(today() / days.length)) * bars.length;
        let next = round + dueFrom(bars, round).length;
        // Who comes too late is told the last one.
        if (!forever) next = Math.min(next, bars.length - 1);
        return interval(20).pipe(
          concatMap(() => {
            const due = dueFrom(bars, next);
            next += due.length;
            return due;
          }),
          takeWhile((bar) => barAt(bars, bar.index + 1) !== undefined, true),
        );
      }),
    history: (resolution, from, to) => dueFrom(series[resolution] ?? [], from).slice(0, to - from + 1),
  };
}
