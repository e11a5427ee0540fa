import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** What the price did in one day, or in one week. */
export interface Bar {
  /** Its place in its series, from 0. */
  readonly index: number;
  /** The trading day that completes it, counted from 0. */
  readonly day: number;
  readonly date: string;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** The daily bars of the S&P 500 from January 2000 to April 2020, as the public vega-datasets collection has them. */
export function readBars(): Bar[] {
  const collection = createRequire(import.meta.url).resolve('vega-datasets');
  const rows = readFileSync(join(dirname(collection), '../data/sp500-2000.csv'), 'utf8')
    .trim()
    .split('\n')
    .slice(1);
  return rows.map((row, day) => {
    const [date = '', open, high, low, close, , volume] = row.split(',');
    const prices = { open: Number(open), high: Number(high), low: Number(low), close: Number(close) };
    return { index: day, day, date, ...prices, volume: Number(volume) };
  });
}

/** The Monday of a date's week, in days since 1970, which began on a Thursday. */
const weekOf = (date: string): number => Math.floor((Date.parse(date) / 86_400_000 + 3) / 7);

/** Weekly bars, made of daily ones. */
export function toWeeks(days: readonly Bar[]): Bar[] {
  const weeks: Bar[] = [];
  for (const bar of days) {
    const week = weeks.at(-1);
    if (!week || weekOf(week.date) !== weekOf(bar.date)) weeks.push({ ...bar, index: weeks.length });
    else
      weeks[week.index] = {
        ...bar,
        index: week.index,
        open: week.open,
        high: Math.max(week.high, bar.high),
        low: Math.min(week.low, bar.low),
        volume: week.volume + bar.volume,
      };
  }
  return weeks;
}
